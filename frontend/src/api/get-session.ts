// Who is signed in, and whether a forgotten password can be set anew.
import { parseSession, type Session } from '../protocol/user'
import { request } from './request'

export function getSession(): Promise<Session> {
  return request('/api/session/', parseSession)
}
