// One's own account.
import { parseAccount, type Account } from '../protocol/account'
import { request } from './request'

export function fetchAccount(signal?: AbortSignal): Promise<Account> {
  return request('/api/account/', parseAccount, { signal })
}
