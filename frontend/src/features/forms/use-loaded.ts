// What a dialog needs before it can show anything: asked for once, and again on demand where that failed.
import { useCallback, useEffect, useRef, useState } from 'react'
import { problemOf, type Problem } from './api-problem'

export type Loaded<T> =
  | { readonly state: 'loading' }
  | {
      readonly state: 'failed'
      readonly problem: Problem
      readonly busy: boolean
      readonly again: () => void
    }
  | { readonly state: 'there'; readonly value: T }

export function useLoaded<T>(load: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const [loaded, setLoaded] = useState<Loaded<T>>({ state: 'loading' })
  const [bug, setBug] = useState<{ cause: unknown } | null>(null)
  const { round, again } = useRounds(setLoaded)
  const first = useRef(load)
  if (bug) throw new Error('An answer of the server could not be used.', bug)
  useEffect(() => {
    const stop = new AbortController()
    first
      .current(stop.signal)
      .then(
        (value) => setLoaded({ state: 'there', value }),
        (error: unknown) => {
          if (!stop.signal.aborted)
            setLoaded({ state: 'failed', problem: problemOf(error), busy: false, again })
        },
      )
      .catch((cause: unknown) => setBug({ cause }))
    return () => stop.abort()
  }, [round, again])
  return loaded
}

/** Another round is another question; `again` begins one, and says so where a failure is shown. */
export function useRounds<T>(setLoaded: (change: (now: Loaded<T>) => Loaded<T>) => void) {
  const [round, setRound] = useState(0)
  const next = useCallback(() => setRound((count) => count + 1), [])
  const again = useCallback(() => {
    setLoaded((now) => (now.state === 'failed' ? { ...now, busy: true } : now))
    next()
  }, [setLoaded, next])
  return { round, next, again }
}
