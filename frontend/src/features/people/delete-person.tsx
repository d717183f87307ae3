// Delete an account.
import { deletePerson } from '../../api/delete-person'
import { ActionRow } from '../../components/action-row'
import { AskingButton } from '../../components/asking-button'
import type { Person } from '../../protocol/person'
import { ProblemNotice } from '../forms/problem-notice'
import { useCall } from '../forms/use-call'

type DeletePersonProps = { readonly person: Person; readonly onDeleted: () => void }

export function DeletePerson({ person, onDeleted }: DeletePersonProps) {
  const { busy, problem, run } = useCall()
  return (
    <ActionRow title="Delete" words="Gone for good. Notes stay, and so does what the audit knows.">
      <AskingButton
        label="Delete…"
        question={`Delete ${person.username}?`}
        yes="Delete for good"
        busy={busy}
        onYes={() => run(() => deletePerson(person.id), onDeleted)}
      />
      <ProblemNotice problem={problem} />
    </ActionRow>
  )
}
