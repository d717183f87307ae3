// Whether what one sees is live, in words, shape and colour.
import { useNow } from '../../components/use-now'
import { useLiveState } from '../../live/use-live'
import styles from './connection-badge.module.css'
import { formatConnection } from './words'

export function ConnectionBadge() {
  const connection = useLiveState((state) => state.connection)
  const paused = useLiveState((state) => state.view.mode === 'fixed')
  const nowMs = useNow(1_000)
  const pausedOnly = paused && connection.state === 'live'
  const state = pausedOnly ? 'paused' : connection.state
  const words = pausedOnly ? 'Paused' : formatConnection(connection, nowMs)
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
}
