// The page's head: what it is, whether it is live, and the controls of time.
import { Logo } from '../../components/logo'
import { Segmented } from '../../components/segmented'
import { useLive, useLiveState } from '../../live/use-live'
import { spanMs, SPANS_MS } from '../../live/view-window'
import { ConnectionBadge } from './connection-badge'
import styles from './header.module.css'
import { PauseButton } from './pause-button'
import { UserMenu } from './user-menu'
import { formatSpan } from './words'

const SPANS = SPANS_MS.map((span) => ({
  value: String(span),
  label: span < 3_600_000 ? `${span / 60_000} min` : '1 h',
  title: `The last ${formatSpan(span)}`,
}))

type HeaderProps = {
  readonly username: string
  readonly hasData: boolean
  readonly onSignOut: () => void
}

export function Header({ username, hasData, onSignOut }: HeaderProps) {
  const live = useLive()
  const view = useLiveState((state) => state.view)
  return (
    <header className={styles.header}>
      <div className={styles.brand}>
        <Logo />
        <h1>Sense Live</h1>
      </div>
      <ConnectionBadge />
      {hasData && (
        <div className={styles.time}>
          <Segmented
            label="Window of time"
            options={SPANS}
            value={String(Math.round(spanMs(view)))}
            onChange={(value) => live.setSpan(Number(value))}
          />
          <PauseButton />
        </div>
      )}
      <div className={styles.user}>
        <UserMenu username={username} onSignOut={onSignOut} />
      </div>
    </header>
  )
}
