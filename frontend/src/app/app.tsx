// The page as a whole: sign-in or live, and one live connection for as long as the same person is signed in.
import { useCallback, useEffect, useState } from 'react'
import { startTheme } from '../components/theme'
import { ResetScreen } from '../features/sign-in/reset-screen'
import { SignInScreen } from '../features/sign-in/sign-in-screen'
import type { Live } from '../live/live'
import { LiveProvider, useLiveState } from '../live/use-live'
import type { User } from '../protocol/user'
import { AwayScreen } from './away-screen'
import { createLive } from './create-live'
import { Screen } from './screen'
import { useSeat } from './seat'
import { sessionSource } from './source'
import { useReadmission } from './use-readmission'
import { useReset } from './use-reset'
import { useSession } from './use-session'

/** Kept over a session's end, so that the same person finds the page as it was. */
type Seat = { readonly username: string; readonly live: Live }

export function App() {
  const { session, mail, signedIn, end, leave, ask } = useSession()
  const [reset, resetDone] = useReset()
  const [seat, setSeat] = useState<Seat | null>(null)
  useEffect(startTheme, [])
  const onEnded = useCallback(() => end('session-ended'), [end])
  const user = session.state === 'signed-in' ? session.user : null
  if (user && seat?.username !== user.username)
    setSeat({ username: user.username, live: createLive(sessionSource(user.username)) })
  if (reset) return <ResetScreen reset={reset} onDone={resetDone} />
  switch (session.state) {
    case 'asking':
      return null
    case 'away':
      return <AwayScreen onTryNow={() => void ask()} />
    case 'signed-out':
      return <SignInScreen reason={session.reason} mail={mail} onSignedIn={signedIn} />
    case 'signed-in':
      if (!seat) return null
      return (
        <LiveProvider value={seat.live} key={seat.username}>
          <Seated live={seat.live} user={session.user} onSignOut={leave} onEnded={onEnded} ask={ask} />
        </LiveProvider>
      )
  }
}

type SeatedProps = {
  readonly live: Live
  readonly user: User
  readonly onSignOut: () => void
  readonly onEnded: () => void
  readonly ask: () => Promise<User | null>
}

function Seated({ live, user, onSignOut, onEnded, ask }: SeatedProps) {
  const current = useLiveState((state) => state.user)
  useSeat(live, onEnded)
  const tryAgain = useReadmission(live, user.username, ask)
  return <Screen live={live} user={current ?? user} onSignOut={onSignOut} onTryAgain={tryAgain} />
}
