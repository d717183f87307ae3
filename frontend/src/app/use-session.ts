// Who is signed in, from the first question to the last sign-out.
import { useCallback, useEffect, useState } from 'react'
import { getSession } from '../api/get-session'
import { onSignedOut, ServerAway } from '../api/request'
import { signOut } from '../api/sign-out'
import type { SignInReason } from '../features/sign-in/sign-in-screen'
import type { Session as Answer, User } from '../protocol/user'

export type Session =
  | { readonly state: 'asking' }
  | { readonly state: 'away' }
  | { readonly state: 'signed-out'; readonly reason: SignInReason }
  | { readonly state: 'signed-in'; readonly user: User }

const ASK_AGAIN_MS = 3_000

/** The link leads here when it is no longer good; the address is cleaned, so that a reload does not say it again. */
function firstReason(): SignInReason {
  const page = new URL(window.location.href)
  if (page.searchParams.get('sign-in') !== 'expired') return 'first'
  page.searchParams.delete('sign-in')
  window.history.replaceState(null, '', page)
  return 'link-expired'
}

export function useSession() {
  const [session, setSession] = useState<Session>({ state: 'asking' })
  const [mail, setMail] = useState(false)
  const [attempt, setAttempt] = useState(0)
  const [bug, setBug] = useState<{ cause: unknown } | null>(null)
  if (bug) throw new Error('An answer of the server could not be used.', bug)

  useEffect(() => {
    let asked = true
    let retry: ReturnType<typeof setTimeout> | undefined
    const answered = ({ user, mail }: Answer) => {
      if (!asked) return
      setMail(mail)
      setSession(user ? { state: 'signed-in', user } : { state: 'signed-out', reason: firstReason() })
    }
    const failed = (error: unknown) => {
      if (!asked) return
      if (!(error instanceof ServerAway)) return setBug({ cause: error })
      setSession({ state: 'away' })
      retry = setTimeout(() => setAttempt((count) => count + 1), ASK_AGAIN_MS)
    }
    getSession().then(answered, failed)
    return () => {
      asked = false
      clearTimeout(retry)
    }
  }, [attempt])

  const end = useCallback((reason: SignInReason) => {
    setSession((now) => (now.state === 'signed-in' ? { state: 'signed-out', reason } : now))
  }, [])

  useEffect(() => {
    onSignedOut(() => end('session-ended'))
    return () => onSignedOut(() => undefined)
  }, [end])

  const leave = useCallback(() => {
    signOut().then(
      () => end('signed-out'),
      (error: unknown) => console.warn('Sense Live: signing out did not reach the server.', error),
    )
  }, [end])

  return {
    session,
    /** Whether a forgotten password can be set anew by mail. */
    mail,
    signedIn: (user: User) => setSession({ state: 'signed-in', user }),
    end,
    leave,
    askAgain: () => setAttempt((count) => count + 1),
  }
}
