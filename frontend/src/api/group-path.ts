// The address of one group.
export function groupPath(id: string): string {
  return `/api/groups/${encodeURIComponent(id)}/`
}
