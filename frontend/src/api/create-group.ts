// Add a group.
import { parseGroup, type Group } from '../protocol/person'
import { request } from './request'

export function createGroup(name: string): Promise<Group> {
  return request('/api/groups/', parseGroup, { method: 'POST', body: { name } })
}
