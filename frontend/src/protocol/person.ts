// People with an account here, and the groups that may see a device.
import { bool, list, nullable, number, object, text, timeMs } from './shape'

export const ROLES = ['viewer', 'operator', 'administrator'] as const
export type Role = (typeof ROLES)[number]

export type Person = {
  readonly id: string
  readonly username: string
  readonly email: string
  readonly role: string | null
  readonly groups: readonly string[]
  readonly active: boolean
  readonly superuser: boolean
  readonly twoFactor: boolean
  readonly lastLoginMs: number | null
  readonly createdMs: number
}

/** With the link that signs this person in once. */
export type CreatedPerson = Person & { readonly link: string }

export type Group = {
  readonly id: string
  readonly name: string
  readonly people: number
  /** How many are limited to it: 0 for who does not see all devices. */
  readonly devices: number
}

/** Keys are numbers on one database and text on another. */
function key(value: unknown, where: string): string {
  return typeof value === 'number' ? String(value) : text(value, where)
}

export function parsePerson(value: unknown, where = 'person'): Person {
  const raw = object(value, where)
  return {
    id: key(raw.id, `${where}.id`),
    username: text(raw.username, `${where}.username`),
    email: text(raw.email, `${where}.email`),
    role: nullable(raw.role, `${where}.role`, text),
    groups: list(raw.groups, `${where}.groups`, text),
    active: bool(raw.active, `${where}.active`),
    superuser: bool(raw.superuser, `${where}.superuser`),
    twoFactor: bool(raw.two_factor, `${where}.two_factor`),
    lastLoginMs: nullable(raw.last_login, `${where}.last_login`, timeMs),
    createdMs: timeMs(raw.created, `${where}.created`),
  }
}

export function parsePeople(value: unknown): Person[] {
  return list(value, 'people', parsePerson)
}

export function parseCreatedPerson(value: unknown): CreatedPerson {
  return { ...parsePerson(value), link: parseLink(value) }
}

export function parseLink(value: unknown): string {
  return text(object(value, 'answer').link, 'answer.link')
}

export function parseGroup(value: unknown, where = 'group'): Group {
  const raw = object(value, where)
  return {
    id: key(raw.id, `${where}.id`),
    name: text(raw.name, `${where}.name`),
    people: number(raw.people, `${where}.people`),
    devices: number(raw.devices ?? 0, `${where}.devices`),
  }
}

export function parseGroups(value: unknown): Group[] {
  return list(value, 'groups', parseGroup)
}
