// Who may see nothing comes in by themselves as soon as somebody gives them a role.
import { useCallback } from 'react'
import type { Live } from '../live/live'
import { useLiveState } from '../live/use-live'
import type { User } from '../protocol/user'
import { useAskingAgain } from './use-asking-again'

/** Gives what asks at once. */
export function useReadmission(
  live: Live,
  username: string,
  ask: () => Promise<User | null>,
): () => Promise<void> {
  const isForbidden = useLiveState(({ connection }) => connection.state === 'forbidden')
  const tryAgain = useCallback(async () => {
    const user = await ask()
    const isStillForbidden = live.store.getState().connection.state === 'forbidden'
    const mayLook = user?.username === username && user.permissions.includes('view_device')
    if (isStillForbidden && mayLook) live.start()
  }, [live, username, ask])
  useAskingAgain(isForbidden, tryAgain)
  return tryAgain
}
