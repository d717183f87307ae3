// What a dialog needs before it can show anything: asked for once.
import { useEffect, useRef, useState } from 'react'
import { problemOf, type Problem } from './api-problem'

export type Loaded<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly problem: Problem }
  | { readonly state: 'there'; readonly value: T }

export function useLoaded<T>(load: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const [loaded, setLoaded] = useState<Loaded<T>>({ state: 'loading' })
  const [bug, setBug] = useState<{ cause: unknown } | null>(null)
  const first = useRef(load)
  if (bug) throw new Error('An answer of the server could not be used.', bug)
  useEffect(() => {
    const stop = new AbortController()
    first
      .current(stop.signal)
      .then(
        (value) => setLoaded({ state: 'there', value }),
        (error: unknown) => {
          if (!stop.signal.aborted) setLoaded({ state: 'failed', problem: problemOf(error) })
        },
      )
      .catch((cause: unknown) => setBug({ cause }))
    return () => stop.abort()
  }, [])
  return loaded
}
