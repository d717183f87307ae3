// Call a group something else.
import { parseGroup, type Group } from '../protocol/person'
import { groupPath } from './group-path'
import { request } from './request'

export function renameGroup(id: string, name: string): Promise<Group> {
  return request(groupPath(id), parseGroup, { method: 'PATCH', body: { name } })
}
