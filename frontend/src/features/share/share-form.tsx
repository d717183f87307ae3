// What a link shows, and until when it holds.
import { useState } from 'react'
import { createShare } from '../../api/create-share'
import { formatStretch } from '../../charts/format-time'
import { Button } from '../../components/button'
import { CheckList } from '../../components/check-list'
import { Field } from '../../components/field'
import { SelectField } from '../../components/select-field'
import type { LiveDevice } from '../../live/state'
import { useLive } from '../../live/use-live'
import type { Stretch } from '../../live/view-window'
import type { CreatedShare } from '../../protocol/share'
import { ProblemNotice } from '../forms/problem-notice'
import { fieldText } from '../forms/time-field'
import { useCall } from '../forms/use-call'
import { expiryMs, MAX_NAME, nameFor, PERIODS, spanOf, type Shows } from './share-draft'
import styles from './share-form.module.css'

type ShareFormProps = {
  readonly devices: readonly LiveDevice[]
  readonly chosen: readonly string[]
  readonly window?: Stretch | undefined
  readonly onMade: (made: CreatedShare) => void
}

export function ShareForm({ devices, chosen, window, onMade }: ShareFormProps) {
  const live = useLive()
  const [name, setName] = useState('')
  const [ids, setIds] = useState(chosen)
  const [shows, setShows] = useState<Shows>('last-day')
  const [period, setPeriod] = useState<string>('week')
  const [written, setWritten] = useState(() => inMinutes(live.nowMs() + 86_400_000))
  const [wrong, setWrong] = useState<Wrong>({})
  const { busy, problem, fault, run } = useCall()
  // What is gone meanwhile, or may not be seen any more, cannot be shared.
  const kept = ids.filter((id) => devices.some((device) => device.id === id))
  const usualName = nameFor(devices.filter(({ id }) => kept.includes(id)))
  const make = () => {
    const nowMs = live.nowMs()
    const expiresMs = expiryMs(period, written, nowMs)
    const found = faultsOf(kept, expiresMs, nowMs)
    setWrong(found)
    if (found.devices || found.expires) return
    const span = spanOf(shows, window ?? live.stretch(), nowMs)
    run(() => createShare({ name: name.trim() || usualName, devices: kept, ...span, expiresMs }), onMade)
  }
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        make()
      }}
    >
      <Field
        label="Name"
        hint="Who it is for, or what for. It stands above the page."
        value={name}
        placeholder={usualName}
        onChange={(event) => setName(event.target.value)}
        error={fault('name')}
        maxLength={MAX_NAME}
        autoComplete="off"
      />
      <CheckList
        label="Devices"
        options={devices.map(({ id, name }) => ({ value: id, label: name }))}
        chosen={kept}
        onChange={setIds}
        error={wrong.devices ?? fault('devices')}
      />
      <SelectField
        label="Shows"
        value={shows}
        error={fault('start') ?? fault('end')}
        onChange={(event) => setShows(event.target.value as Shows)}
      >
        <option value="from-now">Live, from now on</option>
        <option value="last-day">Live, and the last 24 hours</option>
        <option value="all">Live, and all the past</option>
        {window && <option value="window">What is on screen: {formatStretch(window)}</option>}
      </SelectField>
      <SelectField
        label="Ends"
        value={period}
        error={period === 'date' ? undefined : fault('expires')}
        onChange={(event) => setPeriod(event.target.value)}
      >
        {PERIODS.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
        <option value="date">At a time of its own</option>
      </SelectField>
      {period === 'date' && (
        <Field
          label="Until"
          type="datetime-local"
          value={written}
          error={wrong.expires ?? fault('expires')}
          onChange={(event) => setWritten(event.target.value)}
        />
      )}
      <ProblemNotice problem={problem} shownFields={['name', 'devices', 'start', 'end', 'expires']} />
      <Button weight="main" type="submit" disabled={busy}>
        {busy ? 'Making the link…' : 'Make the link'}
      </Button>
    </form>
  )
}

/** Nobody ends a link at a second. */
function inMinutes(timeMs: number): string {
  return fieldText(timeMs).slice(0, 16)
}

type Wrong = { readonly devices?: string; readonly expires?: string }

function faultsOf(devices: readonly string[], expiresMs: number, nowMs: number): Wrong {
  return {
    ...(devices.length === 0 && { devices: 'Choose at least one device.' }),
    ...(!(expiresMs > nowMs) && { expires: 'Write a day and a time that are still to come.' }),
  }
}
