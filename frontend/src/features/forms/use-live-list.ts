// A list read once, and kept right by live changes from then on. It is read anew when changes may have been missed, or other rights came.
import { useCallback, useEffect, useRef, useState } from 'react'
import { useLive } from '../../live/use-live'
import type { User } from '../../protocol/user'
import { problemOf } from './api-problem'
import { useRounds, type Loaded } from './use-loaded'

type Known = { readonly id: string }

export type LiveList<T> = {
  readonly loaded: Loaded<readonly T[]>
  /** Shows what the server made of a call. Its live change may come again: that alters nothing. */
  readonly put: (one: T) => void
  readonly remove: (id: string) => void
}

export function useLiveList<T extends Known>(
  model: string,
  load: (signal: AbortSignal) => Promise<readonly T[]>,
  parse: (data: unknown) => T,
): LiveList<T> {
  const live = useLive()
  const [loaded, setLoaded] = useState<Loaded<readonly T[]>>({ state: 'loading' })
  const [bug, setBug] = useState<{ cause: unknown } | null>(null)
  const { round, next, again } = useRounds(setLoaded)
  // What became known while an answer was under way is newer than the answer.
  const news = useRef(new Map<string, T | null>())
  if (bug) throw new Error('An answer of the server could not be used.', bug)

  const tell = useCallback((id: string, one: T | null) => {
    news.current.set(id, one)
    setLoaded((now) => (now.state === 'there' ? { ...now, value: withNews(now.value, id, one) } : now))
  }, [])

  useEffect(
    () => live.onChange(model, ({ id, data }) => tell(id, data === null ? null : parse(data))),
    [live, model, parse, tell],
  )

  useEffect(
    () =>
      live.store.subscribe((state, before) => {
        if (state.missed !== before.missed || hasOtherRights(state.user, before.user)) next()
      }),
    [live, next],
  )

  useEffect(() => {
    const stop = new AbortController()
    news.current = new Map()
    const take = (answer: readonly T[]) => {
      if (stop.signal.aborted) return
      const value = [...news.current].reduce((all, [id, one]) => withNews(all, id, one), answer)
      setLoaded({ state: 'there', value })
    }
    const fail = (error: unknown) => {
      if (stop.signal.aborted) return
      const failed = { state: 'failed' as const, problem: problemOf(error), busy: false, again }
      // What is shown stays: it was right a moment ago.
      setLoaded((now) => (now.state === 'there' ? now : failed))
    }
    load(stop.signal)
      .then(take, fail)
      .catch((cause: unknown) => setBug({ cause }))
    return () => stop.abort()
  }, [load, round, again])

  const put = useCallback((one: T) => tell(one.id, one), [tell])
  const remove = useCallback((id: string) => tell(id, null), [tell])
  return { loaded, put, remove }
}

/** The first welcome is one of these: what changed before it nobody told. */
function hasOtherRights(user: User | null, before: User | null): boolean {
  return user !== null && user.permissions.join() !== before?.permissions.join()
}

function withNews<T extends Known>(all: readonly T[], id: string, one: T | null): readonly T[] {
  if (one === null) return all.filter((other) => other.id !== id)
  if (all.some((other) => other.id === id)) return all.map((other) => (other.id === id ? one : other))
  return [...all, one]
}
