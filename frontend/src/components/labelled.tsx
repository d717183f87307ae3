// A field between its label and its hint or error, and what tells readers of the screen that they belong together.
import { useId, type ReactNode } from 'react'
import styles from './field.module.css'

export type Labels = {
  readonly label: string
  readonly hint?: string | undefined
  readonly error?: string | undefined
}

type FieldAttributes = {
  readonly id: string
  readonly 'aria-invalid': true | undefined
  readonly 'aria-describedby': string | undefined
}

type LabelledProps = Labels & { readonly children: (attributes: FieldAttributes) => ReactNode }

export function Labelled({ label, hint, error, children }: LabelledProps) {
  const id = useId()
  const noteId = `${id}-note`
  const note = error ?? hint
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        'aria-invalid': error ? true : undefined,
        'aria-describedby': note ? noteId : undefined,
      })}
      {note && (
        <p id={noteId} className={error ? styles.error : styles.hint} role={error ? 'alert' : undefined}>
          {note}
        </p>
      )}
    </div>
  )
}
