// Who did what, and from where.
import { bool, list, nullable, object, text, timeMs } from './shape'

export type AuditEntry = {
  readonly id: string
  readonly timeMs: number
  readonly by: string
  /** "add", "change" and "delete" of things; "sign_in" and the like of people. */
  readonly action: string
  readonly model: string
  readonly object: string
  /** What the object is called. */
  readonly text: string
  readonly detail: string
  readonly address: string | null
}

export type AuditPage = { readonly entries: readonly AuditEntry[]; readonly more: boolean }

function parseEntry(value: unknown, where: string): AuditEntry {
  const raw = object(value, where)
  return {
    id: text(raw.id, `${where}.id`),
    timeMs: timeMs(raw.time, `${where}.time`),
    by: text(raw.by, `${where}.by`),
    action: text(raw.action, `${where}.action`),
    model: text(raw.model, `${where}.model`),
    object: text(raw.object, `${where}.object`),
    text: text(raw.text, `${where}.text`),
    detail: text(raw.detail, `${where}.detail`),
    address: nullable(raw.address, `${where}.address`, text),
  }
}

export function parseAuditPage(value: unknown): AuditPage {
  const raw = object(value, 'audit')
  return { entries: list(raw.entries, 'audit.entries', parseEntry), more: bool(raw.more, 'audit.more') }
}
