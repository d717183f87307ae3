// Share what is on screen, for who may.
import { useState } from 'react'
import { Button } from '../../components/button'
import { Icon } from '../../components/icon'
import type { LiveDevice } from '../../live/state'
import { useLive, useLiveState } from '../../live/use-live'
import type { Stretch } from '../../live/view-window'
import { ShareDialog } from './share-dialog'

type ShareButtonProps = { readonly devices: readonly LiveDevice[]; readonly chosen: readonly string[] }

export function ShareButton({ devices, chosen }: ShareButtonProps) {
  const live = useLive()
  const may = useLiveState(({ user }) => user?.permissions.includes('add_sharelink') ?? false)
  const [window, setWindow] = useState<Stretch | null>(null)
  if (!may) return null
  return (
    <>
      <Button small onClick={() => setWindow(live.stretch())} data-testid="share">
        <Icon name="share" /> Share…
      </Button>
      {window && (
        <ShareDialog devices={devices} chosen={chosen} window={window} onClose={() => setWindow(null)} />
      )}
    </>
  )
}
