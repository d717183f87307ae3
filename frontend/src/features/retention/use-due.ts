// What would be deleted with the periods in the form: asked when one has chosen, not while one chooses.
import { useEffect, useRef, useState } from 'react'
import { KEPT_LEVELS, type Due, type OwnPeriods } from '../../protocol/retention'
import { problemOf, type Problem } from '../forms/api-problem'

/** Null where nobody can say how much it is. */
export type Preview = (periods: OwnPeriods, signal: AbortSignal) => Promise<readonly Due[] | null>

export type DueState =
  | { readonly state: 'asking' }
  | { readonly state: 'known'; readonly due: readonly Due[] | null }
  | { readonly state: 'refused'; readonly problem: Problem }

const SETTLE_MS = 250

/** Nothing is asked while `isSensible` is false. */
export function useDue(periods: OwnPeriods, preview: Preview, isSensible: boolean): DueState {
  const key = KEPT_LEVELS.map((level) => periods[level]).join()
  const [answer, setAnswer] = useState<{ key: string; state: DueState } | null>(null)
  const [bug, setBug] = useState<{ cause: unknown } | null>(null)
  if (bug) throw new Error('An answer of the server could not be used.', bug)
  const latest = useRef({ periods, preview })
  useEffect(() => {
    latest.current = { periods, preview }
  })
  useEffect(() => {
    if (!isSensible) return
    const stop = new AbortController()
    const read = async () => {
      const { periods, preview } = latest.current
      try {
        const due = await preview(periods, stop.signal)
        if (!stop.signal.aborted) setAnswer({ key, state: { state: 'known', due } })
      } catch (error) {
        if (!stop.signal.aborted) setAnswer({ key, state: { state: 'refused', problem: problemOf(error) } })
      }
    }
    const timer = setTimeout(() => void read().catch((cause: unknown) => setBug({ cause })), SETTLE_MS)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [key, isSensible])
  return answer?.key === key ? answer.state : { state: 'asking' }
}
