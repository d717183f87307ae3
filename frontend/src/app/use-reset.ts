// The link of a mail that sets a password anew: /#reset=<uid>.<token>. It leaves the address bar at once.
import { useCallback, useEffect, useState } from 'react'
import type { Reset } from '../api/confirm-password-reset'

export function resetOf(hash: string): Reset | null {
  const [, uid, token] = /^#reset=([^.]+)\.(.+)$/.exec(hash) ?? []
  return uid && token ? { uid, token } : null
}

export function useReset(): [reset: Reset | null, done: () => void] {
  const [reset, setReset] = useState(() => resetOf(window.location.hash))
  useEffect(() => {
    const take = () => {
      const found = resetOf(window.location.hash)
      if (!found) return
      window.history.replaceState(null, '', window.location.pathname + window.location.search)
      setReset(found)
    }
    take()
    // The link may be opened where this page is open already.
    window.addEventListener('hashchange', take)
    return () => window.removeEventListener('hashchange', take)
  }, [])
  return [reset, useCallback(() => setReset(null), [])]
}
