// One's own share links; all of them for who looks after them.
import { parseShareLinks, type ShareLink } from '../protocol/share'
import { request } from './request'

export function listShares(signal?: AbortSignal): Promise<ShareLink[]> {
  return request('/api/shares/', parseShareLinks, { signal })
}
