// How long everything is kept, and what a change would delete, before it is made.
import { useState } from 'react'
import { Button } from '../../components/button'
import { Notice } from '../../components/notice'
import { SelectField } from '../../components/select-field'
import { KEPT_LEVELS, type KeptLevel, type OwnPeriods, type Periods } from '../../protocol/retention'
import { ProblemNotice } from '../forms/problem-notice'
import { useCall } from '../forms/use-call'
import styles from './retention-form.module.css'
import {
  chosenDays,
  dueWords,
  following,
  LEVEL_LABELS,
  periodChoices,
  periodProblem,
} from './retention-words'
import { useDue, type DueState, type Preview } from './use-due'

const FIELDS = KEPT_LEVELS.map((level) => `${level}_days`)

type RetentionFormProps = {
  readonly saved: OwnPeriods
  /** What holds where a device has no periods of its own; null for the installation itself. */
  readonly inherited: Periods | null
  readonly preview: Preview
  readonly save: (periods: OwnPeriods) => Promise<unknown>
  readonly mayChange: boolean
  readonly onSaved: () => void
}

export function RetentionForm({ saved, inherited, preview, save, mayChange, onSaved }: RetentionFormProps) {
  const [periods, setPeriods] = useState(saved)
  const { busy, problem, run } = useCall()
  const kept = following(periods, inherited)
  const wrong = periodProblem(kept)
  const found = useDue(periods, preview, wrong === null)
  const refusal = problem ?? (found.state === 'refused' ? found.problem : null)
  const isChanged = KEPT_LEVELS.some((level) => periods[level] !== saved[level])
  const goes = found.state === 'known' ? dueWords(found.due ?? [], kept) : []
  const choose = (level: KeptLevel, value: string) => setPeriods({ ...periods, [level]: chosenDays(value) })
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault()
        run(() => save(periods), onSaved)
      }}
    >
      {KEPT_LEVELS.map((level) => (
        <SelectField
          key={level}
          label={LEVEL_LABELS[level]}
          value={String(periods[level] ?? '')}
          error={wrong?.level === level ? wrong.words : refusal?.fields.get(`${level}_days`)?.join(' ')}
          disabled={!mayChange}
          onChange={(event) => choose(level, event.target.value)}
        >
          {periodChoices(saved[level], inherited?.[level] ?? null).map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </SelectField>
      ))}
      <p className={styles.words}>Averages of days are kept for ever.</p>
      {isChanged && !wrong && <WhatGoes found={found} goes={goes} />}
      <ProblemNotice problem={refusal} shownFields={FIELDS} />
      {mayChange ? (
        <Button
          weight={goes.length > 0 && isChanged ? 'danger' : 'main'}
          type="submit"
          disabled={busy || !isChanged || found.state !== 'known'}
        >
          {goes.length > 0 && isChanged ? 'Save, and delete these' : 'Save'}
        </Button>
      ) : (
        <p className={styles.words}>Your account may see this, but not change it.</p>
      )}
    </form>
  )
}

function WhatGoes({ found, goes }: { readonly found: DueState; readonly goes: readonly string[] }) {
  if (found.state === 'refused') return null
  if (found.state === 'asking') return <Notice>Counting what is older…</Notice>
  if (!found.due) return <Notice tone="warn">What is older will be deleted within the hour, for good.</Notice>
  if (goes.length === 0) return <Notice>Nothing is old enough to be deleted.</Notice>
  return (
    <Notice tone="warn">
      {goes.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      <p>What was averaged from it stays.</p>
    </Notice>
  )
}
