// A long list, the newest first: its first page at once, older ones when somebody asks.
import { useCallback, useEffect, useState } from 'react'
import { problemOf, type Problem } from './api-problem'

export type Page<T> = { readonly items: readonly T[]; readonly more: boolean }
export type FetchPage<T> = (beforeMs: number | null, signal: AbortSignal) => Promise<Page<T>>

export type Pages<T> = {
  /** Null before the first answer. */
  readonly items: readonly T[] | null
  readonly more: boolean
  readonly busy: boolean
  /** Why the last answer did not come; it stands until the next has come. */
  readonly problem: Problem | null
  /** The same question, after a failure. */
  readonly again: () => void
  readonly older: () => void
  /** From the newest on, anew. */
  readonly refresh: () => void
}

type Ask<T> = { readonly fetchPage: FetchPage<T>; readonly beforeMs: number | null }
type Held<T> = Page<T> & { readonly of: FetchPage<T> }
type Answered<T> = { readonly ask: Ask<T>; readonly problem: Problem | null }

/** Another `fetchPage` is another list: keep it the same (`useCallback`) as long as it asks for the same. */
export function usePages<T>(fetchPage: FetchPage<T>, timeMsOf: (item: T) => number): Pages<T> {
  const [ask, setAsk] = useState<Ask<T>>({ fetchPage, beforeMs: null })
  const [held, setHeld] = useState<Held<T> | null>(null)
  const [answered, setAnswered] = useState<Answered<T> | null>(null)
  const [bug, setBug] = useState<{ cause: unknown } | null>(null)
  if (bug) throw new Error('An answer of the server could not be used.', bug)
  if (ask.fetchPage !== fetchPage) setAsk({ fetchPage, beforeMs: null })

  useEffect(() => {
    const stop = new AbortController()
    const take = (page: Page<T>) => {
      if (stop.signal.aborted) return
      setHeld((now) => {
        const newer = ask.beforeMs !== null && now?.of === ask.fetchPage ? now.items : []
        return { items: [...newer, ...page.items], more: page.more, of: ask.fetchPage }
      })
      setAnswered({ ask, problem: null })
    }
    const fail = (error: unknown) => {
      if (!stop.signal.aborted) setAnswered({ ask, problem: problemOf(error) })
    }
    ask
      .fetchPage(ask.beforeMs, stop.signal)
      .then(take, fail)
      .catch((cause: unknown) => setBug({ cause }))
    return () => stop.abort()
  }, [ask])

  const shown = held?.of === fetchPage ? held : null
  const last = shown?.items.at(-1)
  const older = () => last !== undefined && setAsk({ fetchPage, beforeMs: timeMsOf(last) })
  const refresh = useCallback(() => setAsk({ fetchPage, beforeMs: null }), [fetchPage])
  const isAnswered = answered?.ask === ask
  return {
    items: shown?.items ?? null,
    more: shown?.more ?? false,
    busy: !isAnswered,
    problem: answered?.ask.fetchPage === fetchPage ? answered.problem : null,
    again: () => setAsk({ ...ask }),
    older,
    refresh,
  }
}
