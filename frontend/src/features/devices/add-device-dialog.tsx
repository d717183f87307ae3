// Add a device: name it, take its token along, and see its first reading come in.
import { useState } from 'react'
import { createDevice } from '../../api/create-device'
import { Button } from '../../components/button'
import { Dialog } from '../../components/dialog'
import { Field } from '../../components/field'
import type { CreatedDevice } from '../../protocol/device'
import styles from './devices.module.css'
import { ProblemNotice } from '../forms/problem-notice'
import { suggestId } from './suggest-id'
import { TokenPanel } from './token-panel'
import { useCall } from '../forms/use-call'

type AddDeviceDialogProps = {
  readonly onAdded: (device: CreatedDevice) => void
  readonly firstReading: (id: string) => string | null
  readonly onClose: () => void
}

export function AddDeviceDialog({ onAdded, firstReading, onClose }: AddDeviceDialogProps) {
  const [created, setCreated] = useState<CreatedDevice | null>(null)
  const title = created ? `${created.name} is ready to connect` : 'Add a device'
  return (
    <Dialog title={title} onClose={onClose} keepOpen={created !== null}>
      {created ? (
        <>
          <TokenPanel
            id={created.id}
            token={created.token}
            signingSecret={created.signingSecret}
            firstReading={firstReading}
          />
          <Button weight="main" onClick={onClose}>
            Done
          </Button>
        </>
      ) : (
        <NameForm
          onCreated={(device) => {
            setCreated(device)
            onAdded(device)
          }}
        />
      )}
    </Dialog>
  )
}

function NameForm({ onCreated }: { readonly onCreated: (device: CreatedDevice) => void }) {
  const [name, setName] = useState('')
  const [ownId, setOwnId] = useState<string | null>(null)
  const { busy, problem, fault, run } = useCall()
  const id = ownId ?? suggestId(name)
  return (
    <form
      className={styles.stack}
      onSubmit={(event) => {
        event.preventDefault()
        run(() => createDevice({ id, name: name.trim() }), onCreated)
      }}
    >
      <Field
        label="Name"
        hint="Where it stands, for example: Kitchen"
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={fault('name')}
        maxLength={100}
        required
        autoFocus
        autoComplete="off"
      />
      <Field
        label="Id"
        hint="Small letters, digits and hyphens. It stays the same when you rename the device."
        value={id}
        onChange={(event) => setOwnId(event.target.value)}
        error={fault('id')}
        mono
        required
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
      />
      <ProblemNotice problem={problem} shownFields={['name', 'id']} />
      <Button weight="main" type="submit" disabled={busy}>
        {busy ? 'Adding…' : 'Add device'}
      </Button>
    </form>
  )
}
