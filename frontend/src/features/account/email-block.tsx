// The address for mails about this account.
import { useState } from 'react'
import { updateEmail } from '../../api/update-email'
import { Block } from '../../components/block'
import { Button } from '../../components/button'
import { Field } from '../../components/field'
import { Form } from '../../components/form'
import { Notice } from '../../components/notice'
import type { Account } from '../../protocol/account'
import { ProblemNotice } from '../forms/problem-notice'
import { useCall } from '../forms/use-call'
import { OwnPassword } from './own-password'

type EmailBlockProps = { readonly account: Account; readonly onChanged: (account: Account) => void }

export function EmailBlock({ account, onChanged }: EmailBlockProps) {
  const [email, setEmail] = useState(account.email)
  const [password, setPassword] = useState('')
  const [isSaved, setSaved] = useState(false)
  const { busy, problem, fault, run } = useCall()
  const isOther = email.trim() !== account.email
  const save = () =>
    run(
      () => updateEmail(email.trim(), account.hasPassword ? password : null),
      (answer) => {
        onChanged(answer)
        setEmail(answer.email)
        setPassword('')
        setSaved(true)
      },
    )
  return (
    <Block
      title="E-mail"
      words="Where a link is sent if you forget your password and this server can send mail."
    >
      <Form label="E-mail" onSubmit={save}>
        <Field
          label="Address"
          type="email"
          autoComplete="email"
          value={email}
          onChange={(event) => {
            setEmail(event.target.value)
            setSaved(false)
          }}
          error={fault('email')}
        />
        {isOther && account.hasPassword && (
          <OwnPassword
            username={account.username}
            value={password}
            onChange={setPassword}
            error={fault('password')}
          />
        )}
        <ProblemNotice problem={problem} shownFields={['email', 'password']} />
        {isSaved && <Notice>Saved.</Notice>}
        <Button type="submit" disabled={busy || !isOther}>
          Save
        </Button>
      </Form>
    </Block>
  )
}
