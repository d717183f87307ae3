// Which screen the page's address names, for who is signed in.
import { lazy, Suspense } from 'react'
import { usePath } from '../components/navigation'
import { LiveScreen } from '../features/live/live-screen'
import type { Live } from '../live/live'
import { useLiveState } from '../live/use-live'
import type { User } from '../protocol/user'
import { ForbiddenScreen } from './forbidden-screen'
import { addressFor, isSettings } from './view-address'

// Rarely opened, and large: the live page does not carry it along.
const SettingsScreen = lazy(() => import('../features/settings/settings-screen'))

type ScreenProps = {
  readonly live: Live
  readonly user: User
  readonly onSignOut: () => void
  readonly onTryAgain: () => Promise<void>
}

export function Screen({ live, user, onSignOut, onTryAgain }: ScreenProps) {
  const path = usePath()
  const isForbidden = useLiveState(({ connection }) => connection.state === 'forbidden')
  if (isSettings(path)) {
    const home = addressFor(live.store.getState().view, new URL('/', window.location.href).href)
    return (
      <Suspense>
        <SettingsScreen user={user} path={path} home={home} />
      </Suspense>
    )
  }
  if (!isForbidden) return <LiveScreen user={user} onSignOut={onSignOut} />
  return <ForbiddenScreen username={user.username} onTryAgain={onTryAgain} onSignOut={onSignOut} />
}
