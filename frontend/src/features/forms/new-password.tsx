// A new password, written twice; what does not agree is not sent.
import { useRef, useState } from 'react'
import { Field } from '../../components/field'

type NewPasswordProps = {
  readonly onChange: (password: string) => void
  readonly error?: string | undefined
  readonly autoFocus?: boolean
}

export function NewPassword({ onChange, error, autoFocus = false }: NewPasswordProps) {
  const [first, setFirst] = useState('')
  const [second, setSecond] = useState('')
  const again = useRef<HTMLInputElement>(null)
  const check = (one: string, other: string) =>
    again.current?.setCustomValidity(one === other ? '' : 'The two passwords are not the same.')
  return (
    <>
      <Field
        label="New password"
        type="password"
        autoComplete="new-password"
        value={first}
        onChange={({ target: { value } }) => {
          setFirst(value)
          check(value, second)
          onChange(value)
        }}
        error={error}
        required
        autoFocus={autoFocus}
      />
      <Field
        label="New password again"
        type="password"
        autoComplete="new-password"
        value={second}
        onChange={({ target: { value } }) => {
          setSecond(value)
          check(first, value)
        }}
        ref={again}
        required
      />
    </>
  )
}
