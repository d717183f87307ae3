// A labelled input with its hint and its error.
import type { ComponentProps } from 'react'
import { focusedFirst } from './dialog-focus'
import styles from './field.module.css'
import { Labelled, type Labels } from './labelled'

type FieldProps = Omit<ComponentProps<'input'>, 'id'> & Labels & { readonly mono?: boolean }

export function Field({ label, hint, error, mono = false, ...input }: FieldProps) {
  return (
    <Labelled label={label} hint={hint} error={error}>
      {(attributes) => (
        <input
          {...attributes}
          ref={input.autoFocus ? focusedFirst : undefined}
          className={mono ? styles.mono : undefined}
          {...input}
        />
      )}
    </Labelled>
  )
}
