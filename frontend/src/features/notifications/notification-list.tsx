// The newest of what others did, and on demand what came before.
import { useStore } from 'zustand'
import { formatMoment } from '../../charts/format-time'
import { Button } from '../../components/button'
import { useNow } from '../../components/use-now'
import { useLive } from '../../live/use-live'
import type { Notification } from '../../protocol/notification'
import { formatAge } from '../live/words'
import styles from './notification-list.module.css'
import { deed } from './notification-words'

export function NotificationList() {
  const { notifications } = useLive()
  const { all, more, loading, failed } = useStore(notifications.store)
  const nowMs = useNow(30_000)
  return (
    <section className={styles.sheet} aria-label="Notifications" aria-busy={loading}>
      <h2>Notifications</h2>
      {all?.length === 0 && !loading && !failed && <Nothing />}
      {all && all.length > 0 && (
        <ul className={styles.list}>
          {all.map((one) => (
            <Item key={one.id} notification={one} nowMs={nowMs} />
          ))}
        </ul>
      )}
      {loading && <p className={styles.words}>Reading…</p>}
      {failed && <Failed />}
      {more && !loading && !failed && (
        <Button weight="quiet" small onClick={() => void notifications.older()}>
          Show older ones
        </Button>
      )}
    </section>
  )
}

type ItemProps = { readonly notification: Notification; readonly nowMs: number }

function Item({ notification, nowMs }: ItemProps) {
  const { by, did } = deed(notification)
  const { timeMs, text, detail } = notification
  return (
    <li className={styles.item}>
      <p className={styles.deed}>
        <b>{by}</b> {did} <b>{text}</b>
      </p>
      {detail && <p className={styles.detail}>{detail}</p>}
      <time dateTime={new Date(timeMs).toISOString()} title={formatMoment(timeMs)}>
        {formatAge(Math.max(0, nowMs - timeMs))}
      </time>
    </li>
  )
}

function Nothing() {
  return (
    <p className={styles.words}>
      Nothing yet. When somebody else changes something you may see, it is told here.
    </p>
  )
}

function Failed() {
  const { notifications } = useLive()
  return (
    <div className={styles.failed} role="alert">
      <p>They cannot be read now.</p>
      <Button small onClick={() => void notifications.again()}>
        Try again
      </Button>
    </div>
  )
}
