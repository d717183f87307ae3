// Sign in with a name and a password, and with a code where the account asks for one.
import { object } from '../protocol/shape'
import { parseUser, type User } from '../protocol/user'
import { bringingCookie } from './new-cookie'
import { request } from './request'

export type Credentials = { readonly username: string; readonly password: string; readonly code?: string }

const parseSignedIn = (body: unknown): User => parseUser(object(body, 'session').user, 'session.user')

export function signIn(credentials: Credentials): Promise<User> {
  return bringingCookie(() => request('/api/session/', parseSignedIn, { method: 'POST', body: credentials }))
}
