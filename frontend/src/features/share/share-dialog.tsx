// Make a link that shows some devices to whoever has it, and hand it over this once.
import { useState } from 'react'
import { formatShortMoment } from '../../charts/format-time'
import { Button } from '../../components/button'
import { CopyText } from '../../components/copy-text'
import { Dialog } from '../../components/dialog'
import { Notice } from '../../components/notice'
import { PageLink } from '../../components/page-link'
import type { LiveDevice } from '../../live/state'
import type { Stretch } from '../../live/view-window'
import type { CreatedShare } from '../../protocol/share'
import styles from './share-dialog.module.css'
import { ShareForm } from './share-form'

type ShareDialogProps = {
  readonly devices: readonly LiveDevice[]
  /** Those that are ticked at first. */
  readonly chosen: readonly string[]
  /** The span on screen, where there is one to offer. */
  readonly window?: Stretch
  readonly onMade?: (made: CreatedShare) => void
  readonly onClose: () => void
}

export function ShareDialog({ devices, chosen, window, onMade, onClose }: ShareDialogProps) {
  const [made, setMade] = useState<CreatedShare | null>(null)
  if (!made) {
    return (
      <Dialog title="Share a view" onClose={onClose}>
        <p className={styles.words}>
          Whoever has the link sees these devices without an account, and nothing else.
        </p>
        <ShareForm
          devices={devices}
          chosen={chosen}
          window={window}
          onMade={(link) => {
            setMade(link)
            onMade?.(link)
          }}
        />
      </Dialog>
    )
  }
  return (
    <Dialog title="The link is ready" onClose={onClose} keepOpen>
      <Notice tone="warn">Copy the link now: it is stored scrambled, and cannot be shown again.</Notice>
      <CopyText label="Link" text={made.link} testId="share-link" focused />
      <p className={styles.words}>
        It holds until {formatShortMoment(made.expiresMs)}, unless you end it before:{' '}
        <PageLink href="/settings/sharing/">all links</PageLink> are listed in the settings.
      </p>
      <Button weight="main" onClick={onClose}>
        Done
      </Button>
    </Dialog>
  )
}
