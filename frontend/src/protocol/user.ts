// Who is signed in, and what they may do.
import { list, nullable, object, text } from './shape'

export type User = {
  readonly username: string
  /** One of the three that come with the product; null for who has none, or rights of their own making. */
  readonly role: string | null
  readonly permissions: readonly string[]
}

export function parseUser(value: unknown, where = 'user'): User {
  const raw = object(value, where)
  return {
    username: text(raw.username, `${where}.username`),
    role: nullable(raw.role ?? null, `${where}.role`, text),
    permissions: list(raw.permissions, `${where}.permissions`, text),
  }
}

export function parseSession(value: unknown): User | null {
  return nullable(object(value, 'session').user, 'session.user', parseUser)
}
