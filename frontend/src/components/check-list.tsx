// Several of many: boxes to tick under one label. Where there are very many, they can be looked for.
import { useState } from 'react'
import { CheckBox } from './check-box'
import styles from './check-list.module.css'
import { FindField, isFound } from './find-field'

const MANY = 20

type CheckListProps = {
  readonly label: string
  readonly hint?: string
  readonly error?: string | undefined
  readonly options: readonly { readonly value: string; readonly label: string }[]
  readonly chosen: readonly string[]
  readonly onChange: (chosen: readonly string[]) => void
}

export function CheckList({ label, hint, error, options, chosen, onChange }: CheckListProps) {
  const [words, setWords] = useState('')
  const many = options.length > MANY
  const found = many ? options.filter((option) => isFound(option.label, words)) : options
  const toggle = (value: string, isChosen: boolean) =>
    onChange(isChosen ? [...chosen, value] : chosen.filter((one) => one !== value))
  return (
    <fieldset className={styles.list}>
      <legend>{label}</legend>
      {many && <FindField label="Find by name" words={words} onChange={setWords} />}
      <div className={styles.boxes} data-many={many}>
        {found.map(({ value, label: words }) => (
          <CheckBox
            key={value}
            label={words}
            checked={chosen.includes(value)}
            onChange={(event) => toggle(value, event.target.checked)}
          />
        ))}
        {found.length === 0 && <p className={styles.hint}>Nothing is called “{words}”.</p>}
      </div>
      {many && (
        <p className={styles.hint} role="status">
          {chosen.length} of {options.length} chosen
        </p>
      )}
      {hint && !error && <p className={styles.hint}>{hint}</p>}
      {error && (
        <p className={styles.error} role="alert">
          {error}
        </p>
      )}
    </fieldset>
  )
}
