// Change one's password, or set the first one.
import { useState } from 'react'
import { changePassword } from '../../api/change-password'
import { Block } from '../../components/block'
import { Button } from '../../components/button'
import { Form } from '../../components/form'
import { Notice } from '../../components/notice'
import type { Account } from '../../protocol/account'
import { NewPassword } from '../forms/new-password'
import { ProblemNotice } from '../forms/problem-notice'
import { useCall } from '../forms/use-call'
import { OwnPassword } from './own-password'

type PasswordBlockProps = { readonly account: Account; readonly onChanged: () => void }

const WORDS = 'Everywhere else you are signed in, you will be signed out.'
const FIRST_WORDS =
  'You signed in with a link, and have no password yet. With one you can come back by yourself.'

export function PasswordBlock({ account, onChanged }: PasswordBlockProps) {
  // A change leaves the fields empty: they are made anew.
  const [changes, setChanges] = useState(0)
  return (
    <Block title="Password" words={account.hasPassword ? WORDS : FIRST_WORDS}>
      <PasswordForm
        key={changes}
        account={account}
        onChanged={() => {
          setChanges(changes + 1)
          onChanged()
        }}
      />
      {changes > 0 && <Notice>Your password is changed. All other sessions were ended.</Notice>}
    </Block>
  )
}

function PasswordForm({ account, onChanged }: PasswordBlockProps) {
  const [current, setCurrent] = useState('')
  const [password, setPassword] = useState('')
  const { busy, problem, fault, run } = useCall()
  const change = () => run(() => changePassword(account.hasPassword ? current : null, password), onChanged)
  return (
    <Form label="Password" onSubmit={change}>
      {account.hasPassword && (
        <OwnPassword
          username={account.username}
          value={current}
          onChange={setCurrent}
          error={fault('current')}
        />
      )}
      <NewPassword onChange={setPassword} error={fault('password')} />
      <ProblemNotice problem={problem} shownFields={['current', 'password']} />
      <Button type="submit" disabled={busy}>
        {account.hasPassword ? 'Change the password' : 'Set the password'}
      </Button>
    </Form>
  )
}
