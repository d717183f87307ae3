// Sign out everywhere but here.
import { request } from './request'

export function endOtherSessions(): Promise<void> {
  return request('/api/account/sessions/', () => undefined, { method: 'DELETE' })
}
