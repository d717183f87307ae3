// The address of one annotation.

export function annotationPath(id: string): string {
  return `/api/annotations/${encodeURIComponent(id)}/`
}
