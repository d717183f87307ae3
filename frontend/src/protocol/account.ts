// One's own account: how one signs in, and where one is signed in.
import { bool, list, number, object, text, timeMs } from './shape'

export type Account = {
  readonly username: string
  readonly email: string
  readonly twoFactor: boolean
  readonly recoveryCodesLeft: number
  /** False for who has always signed in with a link. */
  readonly hasPassword: boolean
}

export type BrowserSession = {
  readonly id: string
  readonly createdMs: number
  readonly lastSeenMs: number
  /** Empty where it is not known. */
  readonly address: string
  /** In words, for example "Firefox on Linux"; empty where it is not known. */
  readonly browser: string
  readonly current: boolean
}

/** What an authenticator app needs; two-factor is on only once a code of it was confirmed. */
export type TwoFactorSetup = {
  readonly secret: string
  readonly uri: string
  /** A picture as a data: URL. */
  readonly qr: string
}

export function parseAccount(value: unknown): Account {
  const raw = object(value, 'account')
  return {
    username: text(raw.username, 'account.username'),
    email: text(raw.email, 'account.email'),
    twoFactor: bool(raw.two_factor, 'account.two_factor'),
    recoveryCodesLeft: number(raw.recovery_codes_left, 'account.recovery_codes_left'),
    hasPassword: bool(raw.has_password, 'account.has_password'),
  }
}

function parseBrowserSession(value: unknown, where: string): BrowserSession {
  const raw = object(value, where)
  return {
    id: text(raw.id, `${where}.id`),
    createdMs: timeMs(raw.created, `${where}.created`),
    lastSeenMs: timeMs(raw.last_seen, `${where}.last_seen`),
    address: text(raw.address, `${where}.address`),
    browser: text(raw.browser, `${where}.browser`),
    current: bool(raw.current, `${where}.current`),
  }
}

export function parseBrowserSessions(value: unknown): BrowserSession[] {
  return list(object(value, 'sessions').sessions, 'sessions.sessions', parseBrowserSession)
}

export function parseTwoFactorSetup(value: unknown): TwoFactorSetup {
  const raw = object(value, 'two_factor')
  return {
    secret: text(raw.secret, 'two_factor.secret'),
    uri: text(raw.uri, 'two_factor.uri'),
    qr: text(raw.qr, 'two_factor.qr'),
  }
}

export function parseRecoveryCodes(value: unknown): string[] {
  return list(object(value, 'recovery').recovery_codes, 'recovery.recovery_codes', text)
}
