// The page of a link: what it shows and nothing else. The link's secret stands behind the # of the address, and stays there.
import { useEffect, useState } from 'react'
import { startTheme } from '../components/theme'
import { EndedScreen } from '../features/shared/ended-screen'
import { SharedScreen } from '../features/shared/shared-screen'
import type { Live } from '../live/live'
import { LiveProvider } from '../live/use-live'
import type { ViewWindow } from '../live/view-window'
import type { Shared } from '../protocol/share'
import { AwayScreen } from './away-screen'
import { createLive } from './create-live'
import { useSeat } from './seat'
import { shareSource } from './source'
import { useShared } from './use-shared'

const DAY_MS = 86_400_000

/** Null where the address holds none; what cannot stand in a header is none. */
function tokenIn(hash: string): string | null {
  return /^#([\w.~-]{1,200})$/.exec(hash)?.[1] ?? null
}

/** A link to a span opens with the whole of it, or with its last day where it has no beginning. */
function usualView({ startMs, endMs }: Shared): ViewWindow | undefined {
  if (endMs === null) return undefined
  return { mode: 'fixed', fromMs: startMs ?? endMs - DAY_MS, toMs: endMs }
}

export function SharedApp() {
  const [token] = useState(() => tokenIn(window.location.hash))
  const { state, end, ask } = useShared(token)
  useEffect(startTheme, [])
  useEffect(() => {
    // Another link was put into the address bar: a browser loads nothing for what stands behind the #.
    const reload = () => window.location.reload()
    window.addEventListener('hashchange', reload)
    return () => window.removeEventListener('hashchange', reload)
  }, [])
  switch (state.state) {
    case 'asking':
      return null
    case 'away':
      return <AwayScreen onTryNow={() => void ask()} />
    case 'over':
      return <EndedScreen />
    case 'open':
      return token && <Opened token={token} shared={state.shared} onEnded={end} />
  }
}

type OpenedProps = { readonly token: string; readonly shared: Shared; readonly onEnded: () => void }

function Opened({ token, shared, onEnded }: OpenedProps) {
  const [live] = useState(() => createLive(shareSource(token, shared), usualView(shared)))
  return (
    <LiveProvider value={live}>
      <Seated live={live} shared={shared} onEnded={onEnded} />
    </LiveProvider>
  )
}

type SeatedProps = { readonly live: Live; readonly shared: Shared; readonly onEnded: () => void }

function Seated({ live, shared, onEnded }: SeatedProps) {
  useSeat(live, onEnded)
  return <SharedScreen share={shared} />
}
