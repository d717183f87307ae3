// Who is signed in; null when nobody is.
import { parseSession, type User } from '../protocol/user'
import { request } from './request'

export function getSession(): Promise<User | null> {
  return request('/api/session/', parseSession)
}
