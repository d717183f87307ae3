// A code of an authenticator app.
import { Field } from '../../components/field'

type CodeFieldProps = {
  readonly hint: string
  readonly value: string
  readonly onChange: (code: string) => void
  readonly error?: string | undefined
}

export function CodeField({ hint, value, onChange, error }: CodeFieldProps) {
  return (
    <Field
      label="Code"
      hint={hint}
      autoComplete="one-time-code"
      autoCapitalize="none"
      spellCheck={false}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      error={error}
      mono
      required
      autoFocus
    />
  )
}
