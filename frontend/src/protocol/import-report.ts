// What became of a file of readings, told while it is read and at its end.
import { list, number, nullable, object, ProtocolError, text, type JsonObject } from './shape'

export type ImportCounts = {
  readonly read: number
  readonly stored: number
  readonly duplicates: number
}

export type RefusedLine = { readonly line: number; readonly detail: string }

export type ImportReport = ImportCounts & {
  readonly type: 'report'
  /** Of those that were taken: what the next hour deletes again. */
  readonly olderThanKept: number
  /** By code, with the first few of each. */
  readonly refused: readonly { readonly count: number; readonly examples: readonly RefusedLine[] }[]
  /** Which are new for the device. */
  readonly metrics: readonly string[]
  /** Why the end of the file was not read. */
  readonly error: string | null
}

export type ImportProgress = ImportCounts & { readonly type: 'progress' }

function parseCounts(raw: JsonObject): ImportCounts {
  return {
    read: number(raw.read, 'import.read'),
    stored: number(raw.stored, 'import.stored'),
    duplicates: number(raw.duplicates, 'import.duplicates'),
  }
}

function parseRefused(value: unknown, where: string) {
  const raw = object(value, where)
  const examples = list(raw.examples, `${where}.examples`, (one, at): RefusedLine => {
    const example = object(one, at)
    return { line: number(example.line, `${at}.line`), detail: text(example.detail, `${at}.detail`) }
  })
  return { count: number(raw.count, `${where}.count`), examples }
}

export function parseImportLine(value: unknown): ImportProgress | ImportReport {
  const raw = object(value, 'import')
  const type = text(raw.type, 'import.type')
  if (type === 'progress') return { type, ...parseCounts(raw) }
  if (type !== 'report') throw new ProtocolError(`import.type: unknown type "${type}"`)
  return {
    type,
    ...parseCounts(raw),
    olderThanKept: number(raw.older_than_kept, 'import.older_than_kept'),
    refused: list(raw.refused, 'import.refused', parseRefused),
    metrics: list(raw.metrics, 'import.metrics', text),
    error: nullable(raw.error, 'import.error', (one, where) =>
      text(object(one, where).detail, `${where}.detail`),
    ),
  }
}
