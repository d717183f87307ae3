// The body of a refused API call.
import { list, nullable, object, text, timeMs } from './shape'

export type ApiErrorBody = {
  readonly code: string
  readonly detail: string
  readonly fields: ReadonlyMap<string, readonly string[]>
  /** The wait after which the same may be asked again; null where that is of no use, or not known. */
  readonly retryMs: number | null
}

export function parseApiError(value: unknown): ApiErrorBody {
  const raw = object(value, 'error')
  const fields = raw.fields === undefined ? {} : object(raw.fields, 'error.fields')
  return {
    code: text(raw.code, 'error.code'),
    detail: text(raw.detail, 'error.detail'),
    fields: new Map(
      Object.entries(fields).map(([name, texts]) => [name, list(texts, `error.fields.${name}`, text)]),
    ),
    retryMs: nullable(raw.retry_ms ?? null, 'error.retry_ms', timeMs),
  }
}
