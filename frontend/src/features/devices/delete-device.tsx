// Delete a device with all its readings, after its id was typed.
import { useState } from 'react'
import { deleteDevice } from '../../api/delete-device'
import { Button } from '../../components/button'
import { Field } from '../../components/field'
import type { LiveDevice } from '../../live/state'
import { useLive } from '../../live/use-live'
import styles from './devices.module.css'
import { ProblemNotice } from '../forms/problem-notice'
import { useCall } from '../forms/use-call'

type DeleteDeviceProps = { readonly device: LiveDevice; readonly onDeleted: () => void }

export function DeleteDevice({ device, onDeleted }: DeleteDeviceProps) {
  const [asked, setAsked] = useState(false)
  return (
    <section className={styles.section}>
      <div>
        <h3>Delete</h3>
        <p>All its readings go too, for good.</p>
      </div>
      {!asked && (
        <Button weight="danger" onClick={() => setAsked(true)}>
          Delete…
        </Button>
      )}
      {asked && <ConfirmForm device={device} onDeleted={onDeleted} />}
    </section>
  )
}

function ConfirmForm({ device, onDeleted }: DeleteDeviceProps) {
  const live = useLive()
  const [typed, setTyped] = useState('')
  const { busy, problem, run } = useCall()
  return (
    <form
      className={styles.row}
      onSubmit={(event) => {
        event.preventDefault()
        run(
          () => deleteDevice(device.id),
          () => {
            live.removeDevice(device.id)
            onDeleted()
          },
        )
      }}
    >
      <Field
        label={`Type ${device.id} to confirm`}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        mono
        autoFocus
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
      />
      <Button weight="danger" type="submit" disabled={busy || typed !== device.id}>
        Delete for good
      </Button>
      <ProblemNotice problem={problem} />
    </form>
  )
}
