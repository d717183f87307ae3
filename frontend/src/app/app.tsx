// The page as a whole: sign-in or live, and one live connection for as long as the same person is signed in.
import { useCallback, useEffect, useState } from 'react'
import { callAs } from '../api/request'
import { Button } from '../components/button'
import { startTheme } from '../components/theme'
import { LiveScreen } from '../features/live/live-screen'
import { SignInScreen } from '../features/sign-in/sign-in-screen'
import type { Live } from '../live/live'
import { LiveProvider, useLiveState } from '../live/use-live'
import type { User } from '../protocol/user'
import styles from './app.module.css'
import { createLive } from './create-live'
import { ForbiddenScreen } from './forbidden-screen'
import { inspectable } from './inspect'
import { useSession } from './use-session'
import { keepInAddress } from './view-address'

/** Kept over a session's end, so that the same person finds the page as it was. */
type Seat = { readonly username: string; readonly live: Live }

export function App() {
  const { session, signedIn, end, leave, askAgain } = useSession()
  const [seat, setSeat] = useState<Seat | null>(null)
  useEffect(startTheme, [])
  const onEnded = useCallback(() => end('session-ended'), [end])
  const user = session.state === 'signed-in' ? session.user : null
  if (user && seat?.username !== user.username)
    setSeat({ username: user.username, live: createLive(user.username) })
  switch (session.state) {
    case 'asking':
      return null
    case 'away':
      return <AwayScreen onTryNow={askAgain} />
    case 'signed-out':
      return <SignInScreen reason={session.reason} onSignedIn={signedIn} />
    case 'signed-in':
      if (!seat) return null
      return (
        <LiveProvider value={seat.live} key={seat.username}>
          <Seated live={seat.live} user={session.user} onSignOut={leave} onEnded={onEnded} />
        </LiveProvider>
      )
  }
}

type SeatedProps = {
  readonly live: Live
  readonly user: User
  readonly onSignOut: () => void
  readonly onEnded: () => void
}

function Seated({ live, user, onSignOut, onEnded }: SeatedProps) {
  const current = useLiveState((state) => state.user)
  const isForbidden = useLiveState(({ connection }) => connection.state === 'forbidden')
  useEffect(() => {
    live.start()
    window.senseLive = inspectable(live)
    const leaveAddress = keepInAddress(live)
    const unsubscribe = live.store.subscribe((state) => {
      callAs(state.client)
      if (state.connection.state === 'signed-out') onEnded()
    })
    // A page that is left closes its line properly, and one that comes back from the browser's memory opens it again.
    const leave = () => live.stop()
    const comeBack = () => live.start()
    window.addEventListener('pagehide', leave)
    window.addEventListener('pageshow', comeBack)
    return () => {
      window.removeEventListener('pagehide', leave)
      window.removeEventListener('pageshow', comeBack)
      leaveAddress()
      unsubscribe()
      callAs(null)
      live.stop()
    }
  }, [live, onEnded])
  if (isForbidden) {
    return <ForbiddenScreen username={user.username} onTryAgain={() => live.start()} onSignOut={onSignOut} />
  }
  return <LiveScreen user={current ?? user} onSignOut={onSignOut} />
}

function AwayScreen({ onTryNow }: { readonly onTryNow: () => void }) {
  return (
    <main className={styles.message}>
      <h1>The server does not answer</h1>
      <p role="status">It may be starting, or the network is away. The page tries again every few seconds.</p>
      <Button onClick={onTryNow}>Try now</Button>
    </main>
  )
}
