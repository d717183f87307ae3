// For how long the installation keeps everything.
import { parseRetention, type Retention } from '../protocol/retention'
import { request } from './request'

export function fetchRetention(signal?: AbortSignal): Promise<Retention> {
  return request('/api/retention/', parseRetention, { signal })
}
