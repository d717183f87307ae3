// Change somebody's e-mail, role and groups.
import { useState } from 'react'
import { updatePerson } from '../../api/update-person'
import { Button } from '../../components/button'
import { Field } from '../../components/field'
import { Form } from '../../components/form'
import { Notice } from '../../components/notice'
import type { Group, Person } from '../../protocol/person'
import { ProblemNotice } from '../forms/problem-notice'
import { useCall } from '../forms/use-call'
import { AccessFields, type AccessOf } from './access-fields'

type PersonFormProps = {
  readonly person: Person
  readonly groups: readonly Group[]
  readonly isOneself: boolean
  readonly onChanged: (person: Person) => void
}

type Draft = AccessOf & Pick<Person, 'email'>

const FIELDS = ['email', 'role', 'groups']

/** Only what is other than it was: nobody's change at the same time is undone. */
function changesOf(person: Person, draft: Draft): Partial<Draft> {
  const isSameGroups = [...draft.groups].sort().join('\n') === [...person.groups].sort().join('\n')
  return {
    ...(draft.email.trim() !== person.email && { email: draft.email.trim() }),
    ...(draft.role !== person.role && { role: draft.role }),
    ...(!isSameGroups && { groups: draft.groups }),
  }
}

export function PersonForm({ person, groups, isOneself, onChanged }: PersonFormProps) {
  const { email, role, groups: own } = person
  const [draft, setDraft] = useState<Draft>({ email, role, groups: own })
  const [isSaved, setSaved] = useState(false)
  const { busy, problem, fault, run } = useCall()
  const changes = changesOf(person, draft)
  const change = (part: Partial<Draft>) => {
    setDraft({ ...draft, ...part })
    setSaved(false)
  }
  const save = () =>
    run(
      () => updatePerson(person.id, changes),
      (answer) => {
        onChanged(answer)
        setSaved(true)
      },
    )
  return (
    <Form label={`Change ${person.username}`} onSubmit={save}>
      <Field
        label="E-mail"
        type="email"
        value={draft.email}
        onChange={(event) => change({ email: event.target.value })}
        error={fault('email')}
        hint={isOneself ? 'Change it in your account, with your password.' : undefined}
        disabled={isOneself}
        autoComplete="off"
      />
      <AccessFields access={draft} groups={groups} onChange={change} fault={fault} isRoleFixed={isOneself} />
      <ProblemNotice problem={problem} shownFields={FIELDS} />
      {isSaved && <Notice>Saved. It holds at once, wherever {person.username} is signed in.</Notice>}
      <Button weight="main" type="submit" disabled={busy || Object.keys(changes).length === 0}>
        Save
      </Button>
    </Form>
  )
}
