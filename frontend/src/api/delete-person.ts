// Delete an account.
import { personPath } from './person-path'
import { request } from './request'

export function deletePerson(id: string): Promise<void> {
  return request(personPath(id), () => undefined, { method: 'DELETE' })
}
