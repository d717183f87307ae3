// Have a mail sent to an account that has this address; whether there is one is not told.
import { request } from './request'

export function askPasswordReset(email: string): Promise<void> {
  return request('/api/password-reset/', () => undefined, { method: 'POST', body: { email } })
}
