// Links that show some devices to strangers: what they show, until when, and ending them.
import { useState } from 'react'
import { endShare } from '../../api/end-share'
import { listShares } from '../../api/list-shares'
import { AskingButton } from '../../components/asking-button'
import { Badge } from '../../components/badge'
import { Block } from '../../components/block'
import { Button } from '../../components/button'
import { Icon } from '../../components/icon'
import { Row, Rows } from '../../components/rows'
import { useNow } from '../../components/use-now'
import { useLiveState } from '../../live/use-live'
import { parseShareLink, type CreatedShare, type ShareLink } from '../../protocol/share'
import type { User } from '../../protocol/user'
import { LoadedContent } from '../forms/loaded-content'
import { ProblemNotice } from '../forms/problem-notice'
import { useCall } from '../forms/use-call'
import { useLiveList } from '../forms/use-live-list'
import { ShareDialog } from '../share/share-dialog'
import { expiryWords, openedWords, spanWords, STATE_WORDS } from './share-words'

export function SharingSection({ user }: { readonly user: User }) {
  const [isSharing, setSharing] = useState(false)
  const devices = useLiveState((state) => state.devices)
  const list = useLiveList('sharelink', listShares, parseShareLink)
  const made = ({ link: _, ...plain }: CreatedShare) => list.put(plain)
  return (
    <Block
      title="Links"
      words="Whoever has such a link sees these devices without an account, and nothing else. An ended link is listed for a week more."
      action={
        devices.size > 0 && (
          <Button onClick={() => setSharing(true)}>
            <Icon name="share" /> Share…
          </Button>
        )
      }
    >
      <LoadedContent loaded={list.loaded}>
        {(links) => <Links links={links} username={user.username} onEnded={list.put} />}
      </LoadedContent>
      {isSharing && (
        <ShareDialog
          devices={[...devices.values()]}
          chosen={[]}
          onMade={made}
          onClose={() => setSharing(false)}
        />
      )}
    </Block>
  )
}

type LinksProps = {
  readonly links: readonly ShareLink[]
  readonly username: string
  readonly onEnded: (link: ShareLink) => void
}

function Links({ links, username, onEnded }: LinksProps) {
  if (links.length === 0) return <p>There are no links.</p>
  const sorted = [...links].sort((one, other) => other.createdMs - one.createdMs)
  return (
    <Rows>
      {sorted.map((link) => (
        <LinkRow key={link.id} link={link} username={username} onEnded={onEnded} />
      ))}
    </Rows>
  )
}

type LinkRowProps = {
  readonly link: ShareLink
  readonly username: string
  readonly onEnded: (link: ShareLink) => void
}

function LinkRow({ link, username, onEnded }: LinkRowProps) {
  const nowMs = useNow(30_000)
  const known = useLiveState((state) => state.devices)
  const { busy, problem, run } = useCall()
  const devices = link.devices.map((id) => known.get(id)?.name ?? id).join(', ')
  const title = link.name || devices
  const words = [
    ...(title === devices ? [] : [devices]),
    spanWords(link),
    expiryWords(link),
    openedWords(link, nowMs),
    ...(link.by === username ? [] : [`by ${link.by}`]),
  ]
  const end = () =>
    run(
      () => endShare(link.id),
      () => onEnded({ ...link, state: 'revoked' }),
    )
  return (
    <Row
      testId={`share-${link.name}`}
      title={title}
      badges={<Badge tone={link.state === 'active' ? 'good' : 'plain'}>{STATE_WORDS[link.state]}</Badge>}
      words={words.join(' · ')}
      actions={
        link.state === 'active' && (
          <AskingButton
            small
            weight="quiet"
            label="End…"
            about={title}
            question="Who looks at it now is sent away."
            yes="End the link"
            no="Leave it"
            busy={busy}
            onYes={end}
          />
        )
      }
    >
      {problem && <ProblemNotice problem={problem} />}
    </Row>
  )
}
