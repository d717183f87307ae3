// Who is signed in, from the first question to the last sign-out.
import { useCallback, useEffect, useRef, useState } from 'react'
import { getSession } from '../api/get-session'
import { hearOfCookies } from '../api/new-cookie'
import { ApiError, onSignedOut, ServerAway } from '../api/request'
import { signOut } from '../api/sign-out'
import type { SignInReason } from '../features/sign-in/sign-in-screen'
import type { Session as Answer, User } from '../protocol/user'
import { useAskingAgain, useWhenSeen } from './use-asking-again'

export type Session =
  | { readonly state: 'asking' }
  | { readonly state: 'away' }
  | { readonly state: 'signed-out'; readonly reason: SignInReason }
  | { readonly state: 'signed-in'; readonly user: User }

/** The link leads here when it is no longer good; the address is cleaned, so that a reload does not say it again. */
function firstReason(): SignInReason {
  const page = new URL(window.location.href)
  if (page.searchParams.get('sign-in') !== 'expired') return 'first'
  page.searchParams.delete('sign-in')
  window.history.replaceState(null, '', page)
  return 'link-expired'
}

/** What the answer makes of what is known. Who has signed out is not told why again. */
function answered(now: Session, user: User | null, reason: SignInReason): Session {
  if (user) return { state: 'signed-in', user }
  if (now.state === 'signed-out') return now
  return { state: 'signed-out', reason: now.state === 'signed-in' ? 'session-ended' : reason }
}

export function useSession() {
  const [session, setSession] = useState<Session>({ state: 'asking' })
  const [mail, setMail] = useState(false)
  const [bug, setBug] = useState<{ cause: unknown } | null>(null)
  // An answer to what was asked before somebody signed in or out is worth nothing.
  const round = useRef(0)
  if (bug) throw new Error('An answer of the server could not be used.', bug)

  const become = useCallback((next: (now: Session) => Session) => {
    round.current++
    setSession(next)
  }, [])

  const ask = useCallback((): Promise<User | null> => {
    const mine = ++round.current
    const take = ({ user, mail }: Answer) => {
      if (mine !== round.current) return null
      const reason = user ? 'first' : firstReason()
      setMail(mail)
      setSession((now) => answered(now, user, reason))
      return user
    }
    const fail = (error: unknown) => {
      if (!(error instanceof ServerAway || error instanceof ApiError)) setBug({ cause: error })
      else setSession((now) => (now.state === 'asking' ? { state: 'away' } : now))
      return null
    }
    return getSession().then(take, fail)
  }, [])

  const end = useCallback(
    (reason: SignInReason) =>
      become((now) => (now.state === 'signed-in' ? { state: 'signed-out', reason } : now)),
    [become],
  )

  useEffect(() => {
    void ask()
    return hearOfCookies()
  }, [ask])
  useAskingAgain(session.state === 'away', ask)
  // In another tab somebody may have signed in meanwhile.
  useWhenSeen(session.state === 'signed-out', ask)

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
    signedIn: (user: User) => become(() => ({ state: 'signed-in', user })),
    end,
    leave,
    /** Gives who is signed in; null where that is nobody, or not to be known now. */
    ask,
  }
}
