// How long a device's readings are kept: as the installation has it, or for times of its own.
import { fetchDeviceRetention } from '../../api/fetch-device-retention'
import { fetchRetention } from '../../api/fetch-retention'
import { updateDeviceRetention } from '../../api/update-device-retention'
import { Dialog } from '../../components/dialog'
import { LoadedContent } from '../forms/loaded-content'
import { useLoaded } from '../forms/use-loaded'
import { RetentionForm } from './retention-form'

type DeviceRetentionDialogProps = {
  readonly id: string
  readonly name: string
  readonly onClose: () => void
}

export function DeviceRetentionDialog({ id, name, onClose }: DeviceRetentionDialogProps) {
  const loaded = useLoaded(async (signal) => {
    const [device, installation] = await Promise.all([
      fetchDeviceRetention({ device: id, signal }),
      fetchRetention(signal),
    ])
    return { saved: device.own, inherited: installation.kept }
  })
  return (
    <Dialog title={`How long ${name} is kept`} onClose={onClose}>
      <LoadedContent loaded={loaded}>
        {(periods) => (
          <RetentionForm
            {...periods}
            preview={async (periods, signal) =>
              (await fetchDeviceRetention({ device: id, periods, signal })).due
            }
            save={(periods) => updateDeviceRetention(id, periods)}
            mayChange
            onSaved={onClose}
          />
        )}
      </LoadedContent>
    </Dialog>
  )
}
