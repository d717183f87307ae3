// A labelled input with its hint and its error.
import { useId, type ComponentProps } from 'react'
import { focusedFirst } from './dialog-focus'
import styles from './field.module.css'

type FieldProps = Omit<ComponentProps<'input'>, 'id'> & {
  readonly label: string
  readonly hint?: string | undefined
  readonly error?: string | undefined
  readonly mono?: boolean
}

export function Field({ label, hint, error, mono = false, ...input }: FieldProps) {
  const id = useId()
  const noteId = `${id}-note`
  const note = error ?? hint
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        ref={input.autoFocus ? focusedFirst : undefined}
        className={mono ? styles.mono : undefined}
        aria-invalid={error ? true : undefined}
        aria-describedby={note ? noteId : undefined}
        {...input}
      />
      {note && (
        <p id={noteId} className={error ? styles.error : styles.hint} role={error ? 'alert' : undefined}>
          {note}
        </p>
      )}
    </div>
  )
}
