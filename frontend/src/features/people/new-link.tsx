// A new link that lets somebody in once.
import { createPersonLink } from '../../api/create-person-link'
import { ActionRow } from '../../components/action-row'
import { Button } from '../../components/button'
import type { Person } from '../../protocol/person'
import { ProblemNotice } from '../forms/problem-notice'
import { useCall } from '../forms/use-call'

type NewLinkProps = { readonly person: Person; readonly onLink: (link: string) => void }

export function NewLink({ person, onLink }: NewLinkProps) {
  const { busy, problem, run } = useCall()
  return (
    <ActionRow title="Sign-in link" words="Signs in once, within a day, without a password.">
      <Button disabled={busy} onClick={() => run(() => createPersonLink(person.id), onLink)}>
        New link
      </Button>
      <ProblemNotice problem={problem} />
    </ActionRow>
  )
}
