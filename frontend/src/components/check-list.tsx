// Several of many: boxes to tick under one label.
import { CheckBox } from './check-box'
import styles from './check-list.module.css'

type CheckListProps = {
  readonly label: string
  readonly hint?: string
  readonly error?: string | undefined
  readonly options: readonly { readonly value: string; readonly label: string }[]
  readonly chosen: readonly string[]
  readonly onChange: (chosen: readonly string[]) => void
}

export function CheckList({ label, hint, error, options, chosen, onChange }: CheckListProps) {
  const toggle = (value: string, isChosen: boolean) =>
    onChange(isChosen ? [...chosen, value] : chosen.filter((one) => one !== value))
  return (
    <fieldset className={styles.list}>
      <legend>{label}</legend>
      <div className={styles.boxes}>
        {options.map(({ value, label: words }) => (
          <CheckBox
            key={value}
            label={words}
            checked={chosen.includes(value)}
            onChange={(event) => toggle(value, event.target.checked)}
          />
        ))}
      </div>
      {hint && !error && <p className={styles.hint}>{hint}</p>}
      {error && (
        <p className={styles.error} role="alert">
          {error}
        </p>
      )}
    </fieldset>
  )
}
