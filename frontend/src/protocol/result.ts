// What a board says became of a command.
import { bool, object, text } from './shape'

export type Result = { readonly ok: boolean; readonly detail: string }

export function parseResult(value: unknown): Result {
  const raw = object(value, 'result')
  const detail = raw.detail === undefined ? '' : text(raw.detail, 'result.detail')
  return { ok: bool(raw.ok, 'result.ok'), detail }
}
