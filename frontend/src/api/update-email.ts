// Change one's own e-mail address; the password proves who asks, where there is one.
import { parseAccount, type Account } from '../protocol/account'
import { request } from './request'

export function updateEmail(email: string, password: string | null): Promise<Account> {
  return request('/api/account/', parseAccount, {
    method: 'PATCH',
    body: { email, ...(password !== null && { password }) },
  })
}
