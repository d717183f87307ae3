// What can be done with the time on screen, beside looking at it.
import { useState } from 'react'
import { Button } from '../../components/button'
import { Icon } from '../../components/icon'
import { DownloadDialog } from '../download/download-dialog'
import type { LiveDevice } from '../../live/state'
import { ShareButton } from '../share/share-button'
import styles from './chart-area.module.css'

type ChartToolsProps = {
  /** Those on the charts, and all there are. */
  readonly charted: readonly LiveDevice[]
  readonly devices: readonly LiveDevice[]
  readonly onNote?: ((timeMs: number | null) => void) | undefined
}

export function ChartTools({ charted, devices, onNote }: ChartToolsProps) {
  const [isDownloading, setDownloading] = useState(false)
  const [first, ...others] = charted
  return (
    <div className={styles.tools}>
      {onNote && (
        <Button small onClick={() => onNote(null)} data-testid="add-note">
          <Icon name="note" /> Add a note
        </Button>
      )}
      <ShareButton devices={devices} chosen={charted.map(({ id }) => id)} />
      {first && (
        <Button
          small
          onClick={() => setDownloading(true)}
          aria-label="Download"
          title="Download what is on screen, or everything"
        >
          <Icon name="download" />
        </Button>
      )}
      {first && isDownloading && (
        <DownloadDialog devices={[first, ...others]} onClose={() => setDownloading(false)} />
      )}
    </div>
  )
}
