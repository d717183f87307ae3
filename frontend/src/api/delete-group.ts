// Delete a group; devices limited to it stay limited.
import { groupPath } from './group-path'
import { request } from './request'

export function deleteGroup(id: string): Promise<void> {
  return request(groupPath(id), () => undefined, { method: 'DELETE' })
}
