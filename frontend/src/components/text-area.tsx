// A labelled field for a few lines of text, with its error.
import { useId, type ComponentProps } from 'react'
import { focusedFirst } from './dialog-focus'
import styles from './field.module.css'

type TextAreaProps = Omit<ComponentProps<'textarea'>, 'id'> & {
  readonly label: string
  readonly error?: string | undefined
}

export function TextArea({ label, error, ...area }: TextAreaProps) {
  const id = useId()
  const noteId = `${id}-note`
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        ref={area.autoFocus ? focusedFirst : undefined}
        aria-invalid={error ? true : undefined}
        aria-describedby={error ? noteId : undefined}
        {...area}
      />
      {error && (
        <p id={noteId} className={styles.error} role="alert">
          {error}
        </p>
      )}
    </div>
  )
}
