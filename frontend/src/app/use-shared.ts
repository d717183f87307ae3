// What a link shows: from the first question to the moment when it leads nowhere any more.
import { useCallback, useEffect, useState } from 'react'
import { fetchShared } from '../api/fetch-shared'
import { ApiError, ServerAway } from '../api/request'
import type { Shared } from '../protocol/share'
import { callByLink, isLinkRefused } from './source'
import { useAskingAgain } from './use-asking-again'

export type SharedState =
  | { readonly state: 'asking' }
  | { readonly state: 'away' }
  | { readonly state: 'over' }
  | { readonly state: 'open'; readonly shared: Shared }

export function useShared(token: string | null) {
  const [state, setState] = useState<SharedState>({ state: token ? 'asking' : 'over' })
  const [bug, setBug] = useState<{ cause: unknown } | null>(null)
  if (bug) throw new Error('An answer of the server could not be used.', bug)

  const ask = useCallback((): Promise<void> => {
    if (!token) return Promise.resolve()
    callByLink(token)
    return fetchShared().then(
      (shared) => setState({ state: 'open', shared }),
      (error: unknown) => {
        if (isLinkRefused(error)) setState({ state: 'over' })
        else if (error instanceof ServerAway || error instanceof ApiError) setState({ state: 'away' })
        else setBug({ cause: error })
      },
    )
  }, [token])

  useEffect(() => void ask(), [ask])
  useAskingAgain(state.state === 'away', ask)
  return { state, end: useCallback(() => setState({ state: 'over' }), []), ask }
}
