// Set a password anew, with what the mail brought.
import { request } from './request'

export type Reset = { readonly uid: string; readonly token: string }

export function confirmPasswordReset(reset: Reset, password: string): Promise<void> {
  return request('/api/password-reset/confirm/', () => undefined, {
    method: 'POST',
    body: { ...reset, password },
  })
}
