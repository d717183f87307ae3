// Sign in: with name and password, with a code where the account asks for one, or with a link.
import { useState } from 'react'
import { Notice } from '../../components/notice'
import type { User } from '../../protocol/user'
import { Door } from './door'
import styles from './door.module.css'
import { ForgottenForm } from './forgotten-form'
import { SignInForm } from './sign-in-form'

export type SignInReason = 'first' | 'link-expired' | 'session-ended' | 'signed-out'

type SignInScreenProps = {
  readonly reason: SignInReason
  /** Whether a forgotten password can be set anew by mail. */
  readonly mail: boolean
  readonly onSignedIn: (user: User) => void
}

const REASONS: Record<Exclude<SignInReason, 'first'>, string> = {
  'link-expired': 'That sign-in link was used already or is too old. Make a new one, or use your password.',
  'session-ended': 'Your session has ended. Sign in again, and the page goes on where it was.',
  'signed-out': 'You are signed out. See you soon.',
}

export function SignInScreen({ reason, mail, onSignedIn }: SignInScreenProps) {
  const [isForgotten, setForgotten] = useState(false)
  if (isForgotten) {
    return (
      <Door>
        <ForgottenForm onBack={() => setForgotten(false)} />
      </Door>
    )
  }
  return (
    <Door>
      {reason !== 'first' && (
        <Notice tone={reason === 'link-expired' ? 'warn' : 'calm'}>{REASONS[reason]}</Notice>
      )}
      <SignInForm onSignedIn={onSignedIn} onForgotten={mail ? () => setForgotten(true) : null} />
      <LinkHint />
    </Door>
  )
}

function LinkHint() {
  return (
    <section className={styles.hint} aria-label="Without a password">
      <h2>No password yet?</h2>
      <p>
        Ask an administrator for a link that signs you in. On the server itself, <code>make run</code> prints
        one, and <code>python manage.py sign_in_link</code> makes a new one. Each link works once.
      </p>
    </section>
  )
}
