// The address of one person.
export function personPath(id: string): string {
  return `/api/people/${encodeURIComponent(id)}/`
}
