// What to know while the server itself hears nothing live: nothing is lost, and nothing need be done.
import { Notice } from '../../components/notice'
import { formatClock } from '../../charts/format-time'
import { useLiveState } from '../../live/use-live'
import styles from './interruption.module.css'

export function Interruption() {
  const sinceMs = useLiveState((state) =>
    state.connection.state === 'live' ? state.interruptedSinceMs : null,
  )
  if (sinceMs === null) return null
  return (
    <div className={styles.interruption}>
      <Notice tone="warn">
        Live updates have been interrupted since {formatClock(sinceMs)}. Readings are still being stored. What
        this page misses is filled in by itself as soon as updates come again.
      </Notice>
    </div>
  )
}
