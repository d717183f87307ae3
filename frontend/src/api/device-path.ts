// The address of one device.

export function devicePath(id: string): string {
  return `/api/devices/${encodeURIComponent(id)}/`
}
