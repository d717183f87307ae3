// Change somebody's role, groups or e-mail, or close and open the account.
import { parsePerson, type Person } from '../protocol/person'
import { personPath } from './person-path'
import { request } from './request'

export type PersonChanges = Partial<Pick<Person, 'email' | 'role' | 'groups' | 'active'>>

export function updatePerson(id: string, changes: PersonChanges): Promise<Person> {
  return request(personPath(id), parsePerson, { method: 'PATCH', body: changes })
}
