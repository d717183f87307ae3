// What the link shows by which this page was opened.
import { parseShared, type Shared } from '../protocol/share'
import { request } from './request'

export function fetchShared(): Promise<Shared> {
  return request('/api/shared/', parseShared)
}
