// Before the first answer of the live connection: the page's shape, and words for what goes on.
import { Notice } from '../../components/notice'
import { Button } from '../../components/button'
import { useLive, useLiveState } from '../../live/use-live'
import styles from './loading-screen.module.css'

export function LoadingScreen() {
  const live = useLive()
  const state = useLiveState(({ connection }) => connection.state)
  const away = state === 'waiting' || state === 'offline'
  return (
    <main className={styles.loading} aria-busy={!away}>
      {away ? (
        <Notice tone="warn">
          <p>
            {state === 'offline'
              ? 'This computer is offline. The page goes on by itself once the network is back.'
              : 'The live connection cannot be opened. The server may be starting: it is tried again by itself.'}
          </p>
          <Button onClick={() => live.reconnect()}>Try now</Button>
        </Notice>
      ) : (
        <p className="visually-hidden">Opening the live connection…</p>
      )}
      <div className={styles.shapes} aria-hidden="true">
        <span />
        <span />
        <span />
      </div>
    </main>
  )
}
