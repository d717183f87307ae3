// Switch two-factor off, with a code.
import { request } from './request'

export function endTwoFactor(code: string): Promise<void> {
  return request('/api/account/two-factor/', () => undefined, { method: 'DELETE', body: { code } })
}
