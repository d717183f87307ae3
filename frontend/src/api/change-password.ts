// Change one's own password, or set the first. All other sessions end.
import { request } from './request'

export function changePassword(current: string | null, password: string): Promise<void> {
  return request('/api/account/password/', () => undefined, {
    method: 'POST',
    body: { ...(current !== null && { current }), password },
  })
}
