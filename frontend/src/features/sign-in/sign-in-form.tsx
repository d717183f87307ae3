// Name and password first; then, where the account asks for it, a code.
import { useState } from 'react'
import { ApiError } from '../../api/request'
import { signIn } from '../../api/sign-in'
import { Button } from '../../components/button'
import { Field } from '../../components/field'
import type { User } from '../../protocol/user'
import { ProblemNotice } from '../forms/problem-notice'
import { useCall } from '../forms/use-call'
import { DoorForm } from './door'
import { signInProblem } from './sign-in-problem'

type SignInFormProps = {
  readonly onSignedIn: (user: User) => void
  /** Null where no mail can be sent. */
  readonly onForgotten: (() => void) | null
}

type Password = { readonly username: string; readonly password: string }

/** Null where the server wants a code, too: that is no fault. */
async function tryToSignIn(password: Password): Promise<User | null> {
  try {
    return await signIn(password)
  } catch (error) {
    if (error instanceof ApiError && error.code === 'code_required') return null
    throw error
  }
}

export function SignInForm({ onSignedIn, onForgotten }: SignInFormProps) {
  const [known, setKnown] = useState<Password | null>(null)
  if (known) {
    return <CodeForm password={known} onSignedIn={onSignedIn} onBack={() => setKnown(null)} />
  }
  return <PasswordForm onSignedIn={onSignedIn} onCode={setKnown} onForgotten={onForgotten} />
}

type PasswordFormProps = SignInFormProps & { readonly onCode: (password: Password) => void }

function PasswordForm({ onSignedIn, onCode, onForgotten }: PasswordFormProps) {
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const call = useCall(signInProblem)
  const submit = () => {
    const entered = { username, password }
    call.run(
      () => tryToSignIn(entered),
      (user) => (user ? onSignedIn(user) : onCode(entered)),
    )
  }
  return (
    <DoorForm testId="sign-in-form" onSubmit={submit}>
      <Field
        label="Username"
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        value={username}
        onChange={(event) => setUsername(event.target.value)}
        required
        autoFocus
      />
      <Field
        label="Password"
        name="password"
        type="password"
        autoComplete="current-password"
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        required
      />
      <ProblemNotice problem={call.problem} />
      <Button weight="main" type="submit" disabled={call.busy}>
        {call.busy ? 'Signing in…' : 'Sign in'}
      </Button>
      {onForgotten && (
        <Button weight="quiet" onClick={onForgotten}>
          Forgot your password?
        </Button>
      )}
    </DoorForm>
  )
}

type CodeFormProps = {
  readonly password: Password
  readonly onSignedIn: (user: User) => void
  readonly onBack: () => void
}

function CodeForm({ password, onSignedIn, onBack }: CodeFormProps) {
  const [code, setCode] = useState('')
  const call = useCall(signInProblem)
  return (
    <DoorForm
      title="One more step"
      testId="code-form"
      onSubmit={() => call.run(() => signIn({ ...password, code: code.trim() }), onSignedIn)}
    >
      <Field
        label="Code"
        hint="The six digits your authenticator app shows now, or one of your recovery codes."
        name="code"
        autoComplete="one-time-code"
        autoCapitalize="none"
        spellCheck={false}
        value={code}
        onChange={(event) => setCode(event.target.value)}
        mono
        required
        autoFocus
      />
      <ProblemNotice problem={call.problem} />
      <Button weight="main" type="submit" disabled={call.busy}>
        {call.busy ? 'Signing in…' : 'Sign in'}
      </Button>
      <Button weight="quiet" onClick={onBack}>
        Back
      </Button>
    </DoorForm>
  )
}
