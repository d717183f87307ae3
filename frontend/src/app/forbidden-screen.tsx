// For who is signed in but may not see a single device: whom to ask, and the way out.
import { useState } from 'react'
import { Button } from '../components/button'
import { Buttons } from '../components/buttons'
import { PageLink } from '../components/page-link'
import { MessageScreen } from '../components/message-screen'

type ForbiddenScreenProps = {
  readonly username: string
  readonly onTryAgain: () => Promise<void>
  readonly onSignOut: () => void
}

export function ForbiddenScreen({ username, onTryAgain, onSignOut }: ForbiddenScreenProps) {
  const [busy, setBusy] = useState(false)
  const tryAgain = async () => {
    setBusy(true)
    await onTryAgain()
    setBusy(false)
  }
  return (
    <MessageScreen title="Nothing to see yet" testId="nothing-to-see">
      <p role="status">
        Your account <strong>{username}</strong> may not see any device. Ask an administrator: this page goes
        on by itself as soon as you may.
      </p>
      <Buttons>
        <Button weight="main" aria-disabled={busy} onClick={() => void tryAgain()}>
          {busy ? 'Asking…' : 'Try again'}
        </Button>
        <Button onClick={onSignOut}>Sign out</Button>
        <PageLink href="/settings/">Your account</PageLink>
      </Buttons>
    </MessageScreen>
  )
}
