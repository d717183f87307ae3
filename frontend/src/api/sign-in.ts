// Sign in with a name and a password.
import { parseUser, type User } from '../protocol/user'
import { object } from '../protocol/shape'
import { request } from './request'

const parseSignedIn = (body: unknown): User => parseUser(object(body, 'session').user, 'session.user')

export function signIn(username: string, password: string): Promise<User> {
  return request('/api/session/', parseSignedIn, { method: 'POST', body: { username, password } })
}
