// How long the installation keeps everything, of all devices without periods of their own.
import { fetchRetention } from '../../api/fetch-retention'
import { updateRetention } from '../../api/update-retention'
import { Dialog } from '../../components/dialog'
import { useLiveState } from '../../live/use-live'
import type { OwnPeriods, Periods } from '../../protocol/retention'
import { LoadedContent } from '../forms/loaded-content'
import { useLoaded } from '../forms/use-loaded'
import styles from './retention-form.module.css'
import { previewOfAll } from './preview-of-all'
import { RetentionForm } from './retention-form'

export function InstallationRetentionDialog({ onClose }: { readonly onClose: () => void }) {
  const devices = useLiveState((state) => state.devices)
  const mayChange = useLiveState((state) => state.user?.permissions.includes('change_retention') ?? false)
  const loaded = useLoaded(fetchRetention)
  return (
    <Dialog title="How long readings are kept" onClose={onClose}>
      <LoadedContent loaded={loaded}>
        {({ kept, devices: own }) => (
          <>
            <p className={styles.words}>
              Of every device that has no periods of its own in its settings. Usual are 30 days, 1 year and 10
              years.
            </p>
            <RetentionForm
              saved={kept}
              inherited={null}
              preview={previewOfAll([...devices.keys()], own)}
              save={(periods) => updateRetention(whole(periods, kept))}
              mayChange={mayChange}
              onSaved={onClose}
            />
          </>
        )}
      </LoadedContent>
    </Dialog>
  )
}

/** The installation's periods are numbers, all of them. */
function whole(periods: OwnPeriods, kept: Periods): Periods {
  return {
    raw: periods.raw ?? kept.raw,
    minute: periods.minute ?? kept.minute,
    hour: periods.hour ?? kept.hour,
  }
}
