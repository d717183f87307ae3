// A labelled list of which one is chosen.
import type { ComponentProps } from 'react'
import { Labelled, type Labels } from './labelled'

type SelectFieldProps = Omit<ComponentProps<'select'>, 'id'> & Labels

export function SelectField({ label, hint, error, ...select }: SelectFieldProps) {
  return (
    <Labelled label={label} hint={hint} error={error}>
      {(attributes) => <select {...attributes} {...select} />}
    </Labelled>
  )
}
