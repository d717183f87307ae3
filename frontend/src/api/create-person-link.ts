// A new link that signs somebody in once.
import { parseLink } from '../protocol/person'
import { personPath } from './person-path'
import { request } from './request'

export function createPersonLink(id: string): Promise<string> {
  return request(`${personPath(id)}link/`, parseLink, { method: 'POST' })
}
