// What a link shows: from the first question to the moment when it leads nowhere any more.
import { useCallback, useEffect, useState } from 'react'
import { fetchShared } from '../api/fetch-shared'
import { ApiError, ServerAway } from '../api/request'
import type { Shared } from '../protocol/share'
import { callByLink, isLinkRefused } from './source'

export type SharedState =
  | { readonly state: 'asking' }
  | { readonly state: 'away' }
  | { readonly state: 'over' }
  | { readonly state: 'open'; readonly shared: Shared }

const ASK_AGAIN_MS = 3_000

export function useShared(token: string | null) {
  const [state, setState] = useState<SharedState>({ state: token ? 'asking' : 'over' })
  const [attempt, setAttempt] = useState(0)
  const [bug, setBug] = useState<{ cause: unknown } | null>(null)
  if (bug) throw new Error('An answer of the server could not be used.', bug)

  useEffect(() => {
    if (!token) return
    let asked = true
    let retry: ReturnType<typeof setTimeout> | undefined
    const failed = (error: unknown) => {
      if (!asked) return
      if (isLinkRefused(error)) return setState({ state: 'over' })
      if (!(error instanceof ServerAway || error instanceof ApiError)) return setBug({ cause: error })
      setState({ state: 'away' })
      retry = setTimeout(() => setAttempt((count) => count + 1), ASK_AGAIN_MS)
    }
    callByLink(token)
    fetchShared().then((shared) => asked && setState({ state: 'open', shared }), failed)
    return () => {
      asked = false
      clearTimeout(retry)
    }
  }, [token, attempt])

  return {
    state,
    end: useCallback(() => setState({ state: 'over' }), []),
    askAgain: () => setAttempt((count) => count + 1),
  }
}
