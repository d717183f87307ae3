// The groups that devices can be limited to.
import { parseGroups, type Group } from '../protocol/person'
import { request } from './request'

export function listGroups(signal?: AbortSignal): Promise<Group[]> {
  return request('/api/groups/', parseGroups, { signal })
}
