// The way from the charts to a file.
import { useState } from 'react'
import { Dialog } from '../../components/dialog'
import { useLive } from '../../live/use-live'
import { DownloadForm, type Downloadable } from './download-form'

type DownloadDialogProps = {
  readonly devices: readonly [Downloadable, ...Downloadable[]]
  readonly onClose: () => void
}

export function DownloadDialog({ devices, onClose }: DownloadDialogProps) {
  const live = useLive()
  // What was on screen when one asked: it must not run on under the link.
  const [stretch] = useState(() => live.stretch())
  const title = devices.length === 1 ? `Download ${devices[0].name}` : 'Download'
  return (
    <Dialog title={title} onClose={onClose}>
      <DownloadForm devices={devices} stretch={stretch} />
    </Dialog>
  )
}
