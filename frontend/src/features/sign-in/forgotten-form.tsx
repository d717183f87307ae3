// Have a mail sent with a link to a new password.
import { useState } from 'react'
import { askPasswordReset } from '../../api/ask-password-reset'
import { Button } from '../../components/button'
import { Field } from '../../components/field'
import { Notice } from '../../components/notice'
import { ProblemNotice } from '../forms/problem-notice'
import { useCall } from '../forms/use-call'
import { DoorForm } from './door'
import styles from './door.module.css'
import { signInProblem } from './sign-in-problem'

export function ForgottenForm({ onBack }: { readonly onBack: () => void }) {
  const [email, setEmail] = useState('')
  const [isSent, setSent] = useState(false)
  const call = useCall(signInProblem)
  const submit = () =>
    call.run(
      () => askPasswordReset(email.trim()),
      () => setSent(true),
    )
  return (
    <DoorForm title="Set a new password" testId="forgotten-form" onSubmit={submit}>
      {isSent ? (
        <Notice>
          If an account has this address, a mail with a link is on its way. It may take a minute; look into
          the spam folder, too.
        </Notice>
      ) : (
        <>
          <p className={styles.words}>We send a link to the address of your account.</p>
          <Field
            label="E-mail"
            type="email"
            name="email"
            autoComplete="email"
            value={email}
            onChange={(event) => setEmail(event.target.value)}
            error={call.fault('email')}
            required
            autoFocus
          />
          <ProblemNotice problem={call.problem} shownFields={['email']} />
          <Button weight="main" type="submit" disabled={call.busy}>
            {call.busy ? 'Sending…' : 'Send the link'}
          </Button>
        </>
      )}
      <Button weight="quiet" onClick={onBack}>
        Back to sign in
      </Button>
    </DoorForm>
  )
}
