// What to tell when a call failed, and which fields are at fault.
import { ApiError, ServerAway } from '../../api/request'
import { formatSpan } from '../live/words'

export type Problem = { readonly words: string; readonly fields: ReadonlyMap<string, readonly string[]> }

const NO_FIELDS: Problem['fields'] = new Map()

export function problem(words: string): Problem {
  return { words, fields: NO_FIELDS }
}

/** When the same may be tried again, where the server said it. */
export function againWords(retryMs: number | null): string {
  return retryMs === null
    ? 'Please wait a moment and try again.'
    : `Please try again in ${formatSpan(retryMs)}.`
}

export function problemOf(error: unknown): Problem {
  if (error instanceof ServerAway) return problem(`${error.message} Please try again in a moment.`)
  if (!(error instanceof ApiError)) throw error
  if (error.code === 'permission_denied') {
    return problem('Your account may not do that.')
  }
  if (error.code === 'rate_limited') {
    return problem(`That was a lot at once. ${againWords(error.retryMs)}`)
  }
  return { words: error.message, fields: error.fields }
}
