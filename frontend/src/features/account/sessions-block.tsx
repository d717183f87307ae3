// Where one is signed in, and signing out there.
import { useState } from 'react'
import { endOtherSessions } from '../../api/end-other-sessions'
import { endSession } from '../../api/end-session'
import { fetchSessions } from '../../api/fetch-sessions'
import { formatShortMoment } from '../../charts/format-time'
import { AskingButton } from '../../components/asking-button'
import { Badge } from '../../components/badge'
import { Block } from '../../components/block'
import { Button } from '../../components/button'
import { Rows, Row } from '../../components/rows'
import { useNow } from '../../components/use-now'
import type { BrowserSession } from '../../protocol/account'
import { LoadedContent } from '../forms/loaded-content'
import { ProblemNotice } from '../forms/problem-notice'
import { useCall } from '../forms/use-call'
import { useLoaded } from '../forms/use-loaded'
import { formatAge } from '../live/words'

export function SessionsBlock() {
  const loaded = useLoaded(fetchSessions)
  return (
    <Block title="Where you are signed in" words="End what you do not know, and change your password then.">
      <LoadedContent loaded={loaded}>{(sessions) => <Sessions initial={sessions} />}</LoadedContent>
    </Block>
  )
}

function Sessions({ initial }: { readonly initial: readonly BrowserSession[] }) {
  const [sessions, setSessions] = useState(initial)
  const { busy, problem, run } = useCall()
  const keep = (kept: (session: BrowserSession) => boolean) => setSessions(sessions.filter(kept))
  const end = ({ id }: BrowserSession) =>
    run(
      () => endSession(id),
      () => keep((one) => one.id !== id),
    )
  const endOthers = () => run(endOtherSessions, () => keep(({ current }) => current))
  return (
    <>
      <Rows>
        {sessions.map((session) => (
          <SessionRow key={session.id} session={session} busy={busy} onEnd={() => end(session)} />
        ))}
      </Rows>
      <ProblemNotice problem={problem} />
      {sessions.length > 1 && (
        <AskingButton
          label="End all others…"
          question="Sign out everywhere but here?"
          yes="End them"
          no="Leave them"
          weight="plain"
          busy={busy}
          onYes={endOthers}
        />
      )}
    </>
  )
}

type SessionRowProps = {
  readonly session: BrowserSession
  readonly busy: boolean
  readonly onEnd: () => void
}

function SessionRow({ session, busy, onEnd }: SessionRowProps) {
  const nowMs = useNow(30_000)
  const { browser, address, createdMs, lastSeenMs, current } = session
  const words = [
    ...(address ? [`from ${address}`] : []),
    `signed in ${formatShortMoment(createdMs)}`,
    ...(current ? [] : [`last seen ${formatAge(Math.max(0, nowMs - lastSeenMs))}`]),
  ]
  const title = browser || 'An unknown browser'
  return (
    <Row
      title={title}
      badges={current && <Badge tone="accent">This one</Badge>}
      words={words.join(' · ')}
      actions={
        !current && (
          <Button
            weight="quiet"
            small
            disabled={busy}
            onClick={onEnd}
            aria-label={`End: ${title}, ${words.join(', ')}`}
          >
            End
          </Button>
        )
      }
    />
  )
}
