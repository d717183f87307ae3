// For who is signed in but may not see a single device: whom to ask, and the way out.
import { Button } from '../components/button'
import { PageLink } from '../components/page-link'
import styles from './app.module.css'

type ForbiddenScreenProps = {
  readonly username: string
  readonly onTryAgain: () => void
  readonly onSignOut: () => void
}

export function ForbiddenScreen({ username, onTryAgain, onSignOut }: ForbiddenScreenProps) {
  return (
    <main className={styles.message} data-testid="nothing-to-see">
      <h1>Nothing to see yet</h1>
      <p role="status">
        Your account <strong>{username}</strong> may not see any device. Ask an administrator.
      </p>
      <div className={styles.ways}>
        <Button weight="main" onClick={onTryAgain}>
          Try again
        </Button>
        <Button onClick={onSignOut}>Sign out</Button>
        <PageLink href="/settings/">Your account</PageLink>
      </div>
    </main>
  )
}
