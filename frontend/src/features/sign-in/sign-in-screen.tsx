// Sign in: with name and password, or with a link from the server's console.
import { useState } from 'react'
import { ApiError, ServerAway } from '../../api/request'
import { signIn } from '../../api/sign-in'
import { Button } from '../../components/button'
import { Field } from '../../components/field'
import { Logo } from '../../components/logo'
import { Notice } from '../../components/notice'
import type { User } from '../../protocol/user'
import { problem, problemOf, type Problem } from '../forms/api-problem'
import { ProblemNotice } from '../forms/problem-notice'
import { useCall } from '../forms/use-call'
import styles from './sign-in-screen.module.css'

export type SignInReason = 'first' | 'link-expired' | 'session-ended' | 'signed-out'

type SignInScreenProps = {
  readonly reason: SignInReason
  readonly onSignedIn: (user: User) => void
}

const REASONS: Record<Exclude<SignInReason, 'first'>, string> = {
  'link-expired': 'That sign-in link was used already or is too old. Make a new one, or use your password.',
  'session-ended': 'Your session has ended. Sign in again, and the page goes on where it was.',
  'signed-out': 'You are signed out. See you soon.',
}

function signInProblem(error: unknown): Problem {
  if (error instanceof ServerAway) return problem('The server cannot be reached. Is it running?')
  const code = error instanceof ApiError ? error.code : ''
  if (code === 'wrong_credentials') {
    return problem('This name and password do not go together. Please check both.')
  }
  if (code === 'rate_limited') {
    return problem('Too many tries in a short time. Please wait a minute, then try again.')
  }
  return problemOf(error)
}

export function SignInScreen({ reason, onSignedIn }: SignInScreenProps) {
  return (
    <main className={styles.screen}>
      <div className={styles.card}>
        <div className={styles.brand}>
          <Logo size={32} />
          <h1>Sense Live</h1>
        </div>
        {reason !== 'first' && (
          <Notice tone={reason === 'link-expired' ? 'warn' : 'calm'}>{REASONS[reason]}</Notice>
        )}
        <SignInForm onSignedIn={onSignedIn} />
        <LinkHint />
      </div>
    </main>
  )
}

function SignInForm({ onSignedIn }: { readonly onSignedIn: (user: User) => void }) {
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const call = useCall(signInProblem)
  return (
    <form
      className={styles.form}
      data-testid="sign-in-form"
      onSubmit={(event) => {
        event.preventDefault()
        call.run(() => signIn(username, password), onSignedIn)
      }}
    >
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
    </form>
  )
}

function LinkHint() {
  return (
    <section className={styles.hint} aria-label="Without a password">
      <h2>No password yet?</h2>
      <p>
        <code>make run</code> prints a link that signs you in. For a new one, run{' '}
        <code>python manage.py sign_in_link</code> on the server. Each link works once.
      </p>
    </section>
  )
}
