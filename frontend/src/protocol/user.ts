// Who is signed in, and what they may do.
import { bool, list, nullable, object, text } from './shape'

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

export type Session = {
  /** Null when nobody is signed in. */
  readonly user: User | null
  /** Whether a forgotten password can be set anew by mail. */
  readonly mail: boolean
}

export function parseSession(value: unknown): Session {
  const raw = object(value, 'session')
  return {
    user: nullable(raw.user, 'session.user', parseUser),
    mail: bool(raw.mail ?? false, 'session.mail'),
  }
}
