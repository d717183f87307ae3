// The head of a shared page: what it is, until when it can be seen, and the controls of time.
import { formatShortMoment } from '../../charts/format-time'
import { Button } from '../../components/button'
import { Logo } from '../../components/logo'
import { useLive } from '../../live/use-live'
import type { Share } from '../../protocol/share'
import { ConnectionBadge } from '../live/connection-badge'
import header from '../live/header.module.css'
import { LiveButton } from '../live/live-button'
import { RangeChooser } from '../live/range-chooser'
import styles from './shared-header.module.css'

export function SharedHeader({ share }: { readonly share: Share }) {
  return (
    <header className={header.header}>
      <div className={styles.brand}>
        <Logo />
        <h1>{share.name || 'Shared readings'}</h1>
      </div>
      {share.endMs === null && <ConnectionBadge />}
      <p className={styles.until} data-testid="shared-until">
        Shared until {formatShortMoment(share.expiresMs)}
      </p>
      <div className={header.time}>
        {share.endMs === null ? (
          <>
            <RangeChooser />
            <LiveButton />
          </>
        ) : (
          <WholeButton endMs={share.endMs} startMs={share.startMs} />
        )}
      </div>
    </header>
  )
}

function WholeButton({ startMs, endMs }: { readonly startMs: number | null; readonly endMs: number }) {
  const live = useLive()
  if (startMs === null) return <RangeChooser />
  return (
    <Button onClick={() => live.viewport.look({ fromMs: startMs, toMs: endMs })} data-testid="whole-span">
      Show the whole span
    </Button>
  )
}
