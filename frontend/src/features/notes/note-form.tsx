// Write a note, or change one.
import { useState } from 'react'
import { createAnnotation } from '../../api/create-annotation'
import { updateAnnotation } from '../../api/update-annotation'
import { Button } from '../../components/button'
import { CheckBox } from '../../components/check-box'
import { Field } from '../../components/field'
import { SelectField } from '../../components/select-field'
import { TextArea } from '../../components/text-area'
import { useLive, useLiveState } from '../../live/use-live'
import { ProblemNotice } from '../forms/problem-notice'
import { useCall } from '../forms/use-call'
import { draftedNote, fieldsOf, LONGEST_TEXT, type NoteField, type NoteSeed } from './note-draft'
import styles from './note-form.module.css'

type NoteFormProps = {
  readonly seed: NoteSeed
  /** Of the note that is changed; null when it is a new one. */
  readonly id: string | null
  readonly onDone: () => void
}

export function NoteForm({ seed, id, onDone }: NoteFormProps) {
  const live = useLive()
  const [fields, setFields] = useState(() => fieldsOf(seed))
  const [tried, setTried] = useState(false)
  const { busy, problem, fault, run } = useCall()
  const drafted = draftedNote(fields, seed)
  const change = (over: Partial<typeof fields>) => setFields({ ...fields, ...over })
  const errorAt = (field: NoteField) =>
    tried && 'field' in drafted && drafted.field === field ? drafted.problem : fault(field)
  const save = () => {
    setTried(true)
    if (!('note' in drafted)) return
    const { note } = drafted
    const call = () => (id === null ? createAnnotation(note) : updateAnnotation(id, note))
    run(() => live.annotations.saving(call), onDone)
  }
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        save()
      }}
    >
      <TextArea
        label="What happened?"
        value={fields.text}
        error={errorAt('text')}
        maxLength={LONGEST_TEXT}
        rows={2}
        autoFocus
        onChange={(event) => change({ text: event.target.value })}
      />
      {id === null && <AboutField device={fields.device} onChange={(device) => change({ device })} />}
      <Field
        label={fields.isSpan ? 'From' : 'When'}
        type="datetime-local"
        step={1}
        value={fields.start}
        error={errorAt('start')}
        onChange={(event) => change({ start: event.target.value })}
      />
      <CheckBox
        label="It went on for a while"
        checked={fields.isSpan}
        onChange={(event) => change({ isSpan: event.target.checked })}
      />
      {fields.isSpan && (
        <Field
          label="Until"
          type="datetime-local"
          step={1}
          value={fields.end}
          error={errorAt('end')}
          onChange={(event) => change({ end: event.target.value })}
        />
      )}
      <ProblemNotice problem={problem} shownFields={['text', 'start', 'end']} />
      <Button weight="main" type="submit" disabled={busy}>
        {busy ? 'Saving…' : 'Save'}
      </Button>
    </form>
  )
}

// No device is called so: ids have no spaces.
const ALL = 'all devices'

type AboutFieldProps = { readonly device: string | null; readonly onChange: (device: string | null) => void }

function AboutField({ device, onChange }: AboutFieldProps) {
  const devices = useLiveState((state) => state.devices)
  return (
    <SelectField
      label="About"
      value={device ?? ALL}
      onChange={(event) => onChange(event.target.value === ALL ? null : event.target.value)}
    >
      <option value={ALL}>All devices</option>
      {[...devices.values()].map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </SelectField>
  )
}
