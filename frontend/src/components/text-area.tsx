// A labelled field for a few lines of text, with its error.
import type { ComponentProps } from 'react'
import { focusedFirst } from './dialog-focus'
import { Labelled, type Labels } from './labelled'

type TextAreaProps = Omit<ComponentProps<'textarea'>, 'id'> & Omit<Labels, 'hint'>

export function TextArea({ label, error, ...area }: TextAreaProps) {
  return (
    <Labelled label={label} error={error}>
      {(attributes) => <textarea {...attributes} ref={area.autoFocus ? focusedFirst : undefined} {...area} />}
    </Labelled>
  )
}
