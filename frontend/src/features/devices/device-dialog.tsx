// A device's settings: its name, whether it may send, who may see it, its token, what is kept of it, and its end.
import { useState } from 'react'
import { Dialog } from '../../components/dialog'
import type { LiveDevice } from '../../live/state'
import type { CreatedDevice } from '../../protocol/device'
import { DownloadDialog } from '../download/download-dialog'
import { ImportDialog } from '../import/import-dialog'
import { DeviceRetentionDialog } from '../retention/device-retention-dialog'
import { DeleteDevice } from './delete-device'
import styles from './devices.module.css'
import { DownloadDevice } from './download-device'
import { EnableDevice } from './enable-device'
import { FindDevice } from './find-device'
import { ImportIntoDevice } from './import-into-device'
import { LimitDevice } from './limit-device'
import { RenameDevice } from './rename-device'
import { RetainDevice } from './retain-device'
import { RotateToken } from './rotate-token'
import { TokenPanel } from './token-panel'

type DeviceDialogProps = {
  readonly device: LiveDevice
  readonly permissions: readonly string[]
  readonly onClose: () => void
}

export function DeviceDialog({ device, permissions, onClose }: DeviceDialogProps) {
  const [made, setMade] = useState<CreatedDevice | null>(null)
  const [inside, setInside] = useState<'download' | 'import' | 'retention' | null>(null)
  if (inside === 'download') return <DownloadDialog devices={[device]} onClose={onClose} />
  if (inside === 'import') return <ImportDialog id={device.id} name={device.name} onClose={onClose} />
  if (inside === 'retention') {
    return <DeviceRetentionDialog id={device.id} name={device.name} onClose={onClose} />
  }
  if (made) {
    return (
      <Dialog title={`A new token for ${device.name}`} onClose={onClose} keepOpen>
        <TokenPanel id={made.id} token={made.token} signingSecret={made.signingSecret} />
      </Dialog>
    )
  }
  return (
    <Dialog title={device.name} onClose={onClose}>
      <p className={styles.id}>
        Id <code>{device.id}</code>
      </p>
      {permissions.includes('change_device') && (
        <>
          <RenameDevice device={device} />
          <FindDevice device={device} />
          <EnableDevice device={device} />
          {device.groups && permissions.includes('see_all_devices') && <LimitDevice device={device} />}
          <RotateToken device={device} onToken={setMade} />
        </>
      )}
      <DownloadDevice onDownload={() => setInside('download')} />
      {permissions.includes('change_device') && <ImportIntoDevice onImport={() => setInside('import')} />}
      {permissions.includes('change_retention') && <RetainDevice onChange={() => setInside('retention')} />}
      {permissions.includes('delete_device') && <DeleteDevice device={device} onDeleted={onClose} />}
    </Dialog>
  )
}
