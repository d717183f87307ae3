// Asks again and again, gently: with growing pauses, and only while somebody looks at the page.
import { useEffect, useRef } from 'react'
import { backoffMs } from '../live/backoff'

// Where thirty people wait for the same, this is four requests a second.
const PAUSES = { firstMs: 2_000, limitMs: 10_000 }

/** For as long as `isWaiting`; `ask` never rejects. Who comes back to the page is answered at once. */
export function useAskingAgain(isWaiting: boolean, ask: () => Promise<unknown>): void {
  const latest = useRef(ask)
  useEffect(() => {
    latest.current = ask
  })
  useEffect(() => (isWaiting ? askAgain(() => latest.current()) : undefined), [isWaiting])
}

/** Each time somebody comes back to the page, for as long as `isWaiting`. */
export function useWhenSeen(isWaiting: boolean, ask: () => Promise<unknown>): void {
  useEffect(() => {
    if (!isWaiting) return
    const onVisible = () => {
      if (!document.hidden) void ask()
    }
    document.addEventListener('visibilitychange', onVisible)
    return () => document.removeEventListener('visibilitychange', onVisible)
  }, [isWaiting, ask])
}

function askAgain(ask: () => Promise<unknown>): () => void {
  let attempt = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let round = 0
  const later = () => {
    timer = setTimeout(() => void now(), backoffMs(attempt++, PAUSES))
  }
  const now = async () => {
    const mine = ++round
    clearTimeout(timer)
    await ask()
    if (mine === round && !document.hidden) later()
  }
  const stop = () => {
    round++
    clearTimeout(timer)
  }
  const onVisible = () => {
    stop()
    attempt = 0
    if (!document.hidden) void now()
  }
  document.addEventListener('visibilitychange', onVisible)
  if (!document.hidden) later()
  return () => {
    stop()
    document.removeEventListener('visibilitychange', onVisible)
  }
}
