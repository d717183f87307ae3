// What somebody may do with people and groups. The server decides; this only spares offers that would be refused.
import type { Person } from '../../protocol/person'
import type { User } from '../../protocol/user'

export type PeopleRights = {
  readonly may: (permission: string) => boolean
  readonly isOneself: (person: Person) => boolean
  /** Only a superuser may change a superuser. */
  readonly mayTouch: (person: Person) => boolean
}

export function rightsOf(user: User, people: readonly Person[]): PeopleRights {
  const isOneself = ({ username }: Person) => username === user.username
  const isSuperuser = people.find(isOneself)?.superuser ?? false
  return {
    may: (permission) => user.permissions.includes(permission),
    isOneself,
    mayTouch: (person) => !person.superuser || isSuperuser,
  }
}
