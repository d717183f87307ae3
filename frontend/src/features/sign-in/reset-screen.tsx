// Where the link of a mail leads: choose a new password.
import { useState } from 'react'
import { confirmPasswordReset, type Reset } from '../../api/confirm-password-reset'
import { ApiError } from '../../api/request'
import { Button } from '../../components/button'
import { Notice } from '../../components/notice'
import { problem, type Problem } from '../forms/api-problem'
import { NewPassword } from '../forms/new-password'
import { ProblemNotice } from '../forms/problem-notice'
import { useCall } from '../forms/use-call'
import { Door, DoorForm } from './door'
import { signInProblem } from './sign-in-problem'

type ResetScreenProps = { readonly reset: Reset; readonly onDone: () => void }

export function ResetScreen({ reset, onDone }: ResetScreenProps) {
  const [isDone, setDone] = useState(false)
  return (
    <Door>
      {isDone ? (
        <DoorForm title="That worked" testId="reset-done" onSubmit={onDone}>
          <Notice>Your password is changed. Wherever you were signed in, you are signed out.</Notice>
          <Button weight="main" type="submit" autoFocus>
            Go on
          </Button>
        </DoorForm>
      ) : (
        <PasswordForm reset={reset} onChanged={() => setDone(true)} onLeave={onDone} />
      )}
    </Door>
  )
}

type PasswordFormProps = {
  readonly reset: Reset
  readonly onChanged: () => void
  readonly onLeave: () => void
}

function PasswordForm({ reset, onChanged, onLeave }: PasswordFormProps) {
  const [password, setPassword] = useState('')
  const call = useCall(resetProblem)
  return (
    <DoorForm
      title="Choose a new password"
      testId="reset-form"
      onSubmit={() => call.run(() => confirmPasswordReset(reset, password), onChanged)}
    >
      <NewPassword onChange={setPassword} error={call.fault('password')} autoFocus />
      <ProblemNotice problem={call.problem} shownFields={['password']} />
      <Button weight="main" type="submit" disabled={call.busy}>
        {call.busy ? 'Changing…' : 'Change the password'}
      </Button>
      <Button weight="quiet" onClick={onLeave}>
        Leave it as it is
      </Button>
    </DoorForm>
  )
}

function resetProblem(error: unknown): Problem {
  if (error instanceof ApiError && error.code === 'link_expired') {
    return problem('This link was used already or is too old. Ask for a new one at the sign-in.')
  }
  return signInProblem(error)
}
