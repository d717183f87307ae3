// While the server does not answer before the page could show anything.
import { Button } from '../components/button'
import styles from './app.module.css'

export function AwayScreen({ onTryNow }: { readonly onTryNow: () => void }) {
  return (
    <main className={styles.message}>
      <h1>The server does not answer</h1>
      <p role="status">It may be starting, or the network is away. The page tries again every few seconds.</p>
      <Button onClick={onTryNow}>Try now</Button>
    </main>
  )
}
