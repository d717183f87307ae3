// A share link leads nowhere from now on. It stays in the list for a while.
import { request } from './request'

export function endShare(id: string): Promise<void> {
  return request(`/api/shares/${encodeURIComponent(id)}/`, () => undefined, { method: 'DELETE' })
}
