// Who is signed in, and what they may do.
import { list, nullable, object, text } from './shape'

export type User = {
  readonly username: string
  readonly permissions: readonly string[]
}

export function parseUser(value: unknown, where = 'user'): User {
  const raw = object(value, where)
  return {
    username: text(raw.username, `${where}.username`),
    permissions: list(raw.permissions, `${where}.permissions`, text),
  }
}

export function parseSession(value: unknown): User | null {
  return nullable(object(value, 'session').user, 'session.user', parseUser)
}
