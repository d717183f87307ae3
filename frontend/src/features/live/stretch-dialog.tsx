// From when until when, written by hand.
import { useState } from 'react'
import { Button } from '../../components/button'
import { Dialog } from '../../components/dialog'
import { Field } from '../../components/field'
import { useLive } from '../../live/use-live'
import { fieldText } from '../forms/time-field'
import { chosenStretch } from './chosen-stretch'
import styles from './stretch-dialog.module.css'

export function StretchDialog({ onClose }: { readonly onClose: () => void }) {
  const live = useLive()
  const [from, setFrom] = useState(() => fieldText(live.stretch().fromMs))
  const [to, setTo] = useState(() => fieldText(live.stretch().toMs))
  const [tried, setTried] = useState(false)
  const chosen = chosenStretch(from, to, live.nowMs())
  const problemOf = (field: 'from' | 'to') =>
    tried && 'problem' in chosen && chosen.field === field ? chosen.problem : undefined
  return (
    <Dialog title="Choose a time" onClose={onClose}>
      <form
        className={styles.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          setTried(true)
          if (!('stretch' in chosen)) return
          live.viewport.look(chosen.stretch)
          onClose()
        }}
      >
        <Field
          label="From"
          type="datetime-local"
          step={1}
          value={from}
          error={problemOf('from')}
          onChange={(event) => setFrom(event.target.value)}
        />
        <Field
          label="To"
          type="datetime-local"
          step={1}
          value={to}
          error={problemOf('to')}
          onChange={(event) => setTo(event.target.value)}
        />
        <Button type="submit" weight="main">
          Show
        </Button>
      </form>
    </Dialog>
  )
}
