// Switch two-factor off for who lost phone and recovery codes.
import { removePersonTwoFactor } from '../../api/remove-person-two-factor'
import { ActionRow } from '../../components/action-row'
import { AskingButton } from '../../components/asking-button'
import { ProblemNotice } from '../forms/problem-notice'
import { useCall } from '../forms/use-call'
import type { PersonActionProps } from './person-dialog'

export function RemoveTwoFactor({ person, onChanged }: PersonActionProps) {
  const { busy, problem, run } = useCall()
  const remove = () =>
    run(
      () => removePersonTwoFactor(person.id),
      () => onChanged({ ...person, twoFactor: false }),
    )
  return (
    <ActionRow title="Two-factor" words="Phone and recovery codes lost? Be sure who asks you.">
      <AskingButton
        label="Switch off…"
        question="The password alone is enough then."
        yes="Switch off"
        busy={busy}
        onYes={remove}
      />
      <ProblemNotice problem={problem} />
    </ActionRow>
  )
}
