// Everybody with an account.
import { parsePeople, type Person } from '../protocol/person'
import { request } from './request'

export function listPeople(signal?: AbortSignal): Promise<Person[]> {
  return request('/api/people/', parsePeople, { signal })
}
