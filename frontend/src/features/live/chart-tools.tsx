// What can be done with the time on screen, beside looking at it.
import { useState } from 'react'
import { Button } from '../../components/button'
import { Icon } from '../../components/icon'
import { DownloadDialog } from '../download/download-dialog'
import type { Downloadable } from '../download/download-form'
import styles from './chart-area.module.css'

type ChartToolsProps = {
  readonly devices: readonly Downloadable[]
  readonly onNote?: ((timeMs: number | null) => void) | undefined
}

export function ChartTools({ devices, onNote }: ChartToolsProps) {
  const [isDownloading, setDownloading] = useState(false)
  const [first, ...others] = devices
  return (
    <div className={styles.tools}>
      {onNote && (
        <Button small onClick={() => onNote(null)} data-testid="add-note">
          <Icon name="note" /> Add a note
        </Button>
      )}
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
