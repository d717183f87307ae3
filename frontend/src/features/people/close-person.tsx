// Close an account, or open it again.
import { updatePerson } from '../../api/update-person'
import { ActionRow } from '../../components/action-row'
import { Button } from '../../components/button'
import { ProblemNotice } from '../forms/problem-notice'
import { useCall } from '../forms/use-call'
import type { PersonActionProps } from './person-dialog'

const OPEN_WORDS =
  'A closed account cannot sign in, and is signed out everywhere at once. Nothing is deleted.'
const CLOSED_WORDS = 'This account is closed: it cannot sign in.'

export function ClosePerson({ person, onChanged }: PersonActionProps) {
  const { busy, problem, run } = useCall()
  const turn = () => run(() => updatePerson(person.id, { active: !person.active }), onChanged)
  return (
    <ActionRow title="Account" words={person.active ? OPEN_WORDS : CLOSED_WORDS}>
      <Button disabled={busy} onClick={turn}>
        {person.active ? 'Close the account' : 'Open it again'}
      </Button>
      <ProblemNotice problem={problem} />
    </ActionRow>
  )
}
