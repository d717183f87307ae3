// Where a link leads that is wrong, too old, or was ended: which of these is nobody's business.
import { Logo } from '../../components/logo'
import styles from './ended-screen.module.css'

export function EndedScreen() {
  return (
    <main className={styles.screen} data-testid="link-over">
      <Logo size={40} />
      <h1>There is nothing behind this link</h1>
      <p role="status">
        It may have expired, or whoever shared it has ended it. Perhaps a part of it is missing, too: it has
        to be copied whole. Ask for a new one.
      </p>
    </main>
  )
}
