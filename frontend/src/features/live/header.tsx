// The page's head: what it is, whether it is live, and the controls of time.
import { Logo } from '../../components/logo'
import { NotificationBell } from '../notifications/notification-bell'
import { ConnectionBadge } from './connection-badge'
import styles from './header.module.css'
import { LiveButton } from './live-button'
import { RangeChooser } from './range-chooser'
import { UserMenu } from './user-menu'

type HeaderProps = {
  readonly username: string
  readonly hasData: boolean
  readonly onRetention: () => void
  readonly onSignOut: () => void
}

export function Header({ username, hasData, onRetention, onSignOut }: HeaderProps) {
  return (
    <header className={styles.header}>
      <div className={styles.brand}>
        <Logo />
        <h1>Sense Live</h1>
      </div>
      <ConnectionBadge />
      {hasData && (
        <div className={styles.time}>
          <RangeChooser />
          <LiveButton />
        </div>
      )}
      <div className={styles.user}>
        <NotificationBell />
        <UserMenu username={username} onRetention={onRetention} onSignOut={onSignOut} />
      </div>
    </header>
  )
}
