// A secret for an authenticator app. Nothing is asked for at sign-in before a code of it was confirmed.
import { parseTwoFactorSetup, type TwoFactorSetup } from '../protocol/account'
import { request } from './request'

export function startTwoFactor(password: string | null): Promise<TwoFactorSetup> {
  return request('/api/account/two-factor/', parseTwoFactorSetup, {
    method: 'POST',
    body: password === null ? {} : { password },
  })
}
