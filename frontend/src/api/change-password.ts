// Change one's own password, or set the first. All other sessions end, and this one goes on under a new cookie.
import { bringingCookie } from './new-cookie'
import { request } from './request'

export function changePassword(current: string | null, password: string): Promise<void> {
  return bringingCookie(() =>
    request('/api/account/password/', () => undefined, {
      method: 'POST',
      body: { ...(current !== null && { current }), password },
    }),
  )
}
