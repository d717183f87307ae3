// Sign out somewhere else.
import { request } from './request'

export function endSession(id: string): Promise<void> {
  return request(`/api/account/sessions/${encodeURIComponent(id)}/`, () => undefined, { method: 'DELETE' })
}
