// End the session.
import { request } from './request'

export function signOut(): Promise<void> {
  return request('/api/session/', () => undefined, { method: 'DELETE' })
}
