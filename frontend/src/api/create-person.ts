// Add somebody; the answer has the link that signs them in once.
import { parseCreatedPerson, type CreatedPerson } from '../protocol/person'
import { request } from './request'

export type NewPerson = {
  readonly username: string
  readonly email: string
  readonly role: string | null
  readonly groups: readonly string[]
}

export function createPerson(person: NewPerson): Promise<CreatedPerson> {
  return request('/api/people/', parseCreatedPerson, { method: 'POST', body: person })
}
