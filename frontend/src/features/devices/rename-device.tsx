// Give a device another name; its id stays.
import { useState } from 'react'
import { updateDevice } from '../../api/update-device'
import { Button } from '../../components/button'
import { Field } from '../../components/field'
import type { LiveDevice } from '../../live/state'
import { useLive } from '../../live/use-live'
import styles from './devices.module.css'
import { ProblemNotice } from '../forms/problem-notice'
import { useCall } from '../forms/use-call'

export function RenameDevice({ device }: { readonly device: LiveDevice }) {
  const live = useLive()
  const [name, setName] = useState(device.name)
  const { busy, problem, fault, run } = useCall()
  return (
    <form
      className={styles.row}
      onSubmit={(event) => {
        event.preventDefault()
        run(
          () => updateDevice(device.id, { name: name.trim() }),
          (answer) => live.applyDevice(answer),
        )
      }}
    >
      <Field
        label="Name"
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={fault('name')}
        maxLength={100}
        required
        autoComplete="off"
      />
      <Button type="submit" disabled={busy || name.trim() === device.name}>
        Rename
      </Button>
      <ProblemNotice problem={problem} shownFields={['name']} />
    </form>
  )
}
