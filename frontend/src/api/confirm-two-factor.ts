// Switch two-factor on with the app's first code; the answer are the recovery codes, shown this once.
import { parseRecoveryCodes } from '../protocol/account'
import { request } from './request'

export function confirmTwoFactor(code: string): Promise<string[]> {
  return request('/api/account/two-factor/confirm/', parseRecoveryCodes, { method: 'POST', body: { code } })
}
