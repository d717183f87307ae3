// The password one has, as a proof of who asks.
import { Field } from '../../components/field'

type OwnPasswordProps = {
  readonly username: string
  readonly value: string
  readonly onChange: (password: string) => void
  readonly error?: string | undefined
  readonly autoFocus?: boolean
}

export function OwnPassword({ username, value, onChange, error, autoFocus = false }: OwnPasswordProps) {
  return (
    <>
      {/* Password managers want to know whose it is. */}
      <input type="text" name="username" autoComplete="username" value={username} readOnly hidden />
      <Field
        label="Your password"
        type="password"
        autoComplete="current-password"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        error={error}
        required
        autoFocus={autoFocus}
      />
    </>
  )
}
