// Whether what one sees is live, in words, shape and colour.
import { useNow } from '../../components/use-now'
import { useLiveState } from '../../live/use-live'
import styles from './connection-badge.module.css'
import { formatConnection } from './words'

const WORDS: Record<string, string> = {
  paused: 'Paused',
  'looking-back': 'Looking back',
  interrupted: 'Interrupted',
}

export function ConnectionBadge() {
  const connection = useLiveState((state) => state.connection)
  const isStill = useLiveState((state) => state.view.mode === 'fixed')
  const isHeld = useLiveState((state) => state.held)
  const interrupted = useLiveState((state) => state.interruptedSinceMs !== null)
  const nowMs = useNow(1_000)
  const state = shown()
  const words = WORDS[state] ?? formatConnection(connection, nowMs)
  // The seconds of the countdown are for the eye only: read aloud each second they would drown everything else.
  const spoken = connection.state === 'waiting' ? 'Reconnecting' : words
  return (
    <p className={styles.badge} data-state={state}>
      <span className={styles.dot} aria-hidden="true" />
      <span data-testid="connection-state" data-state={state} aria-hidden="true">
        {words}
      </span>
      <span className="visually-hidden" role="status" aria-live="polite">
        Connection: {spoken}
      </span>
    </p>
  )

  function shown(): string {
    if (connection.state !== 'live') return connection.state
    if (interrupted) return 'interrupted'
    return isHeld ? 'paused' : isStill ? 'looking-back' : 'live'
  }
}
