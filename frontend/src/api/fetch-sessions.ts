// Where one is signed in.
import { parseBrowserSessions, type BrowserSession } from '../protocol/account'
import { request } from './request'

export function fetchSessions(signal?: AbortSignal): Promise<BrowserSession[]> {
  return request('/api/account/sessions/', parseBrowserSessions, { signal })
}
