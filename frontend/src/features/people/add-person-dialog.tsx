// Add somebody: a name, what they may do, and the link that lets them in.
import { useState } from 'react'
import { createPerson, type NewPerson } from '../../api/create-person'
import { Button } from '../../components/button'
import { Dialog } from '../../components/dialog'
import { Field } from '../../components/field'
import { Form } from '../../components/form'
import type { CreatedPerson, Group, Person } from '../../protocol/person'
import { ProblemNotice } from '../forms/problem-notice'
import { useCall } from '../forms/use-call'
import { AccessFields } from './access-fields'
import { LinkPanel } from './link-panel'

type AddPersonDialogProps = {
  readonly groups: readonly Group[]
  readonly onAdded: (person: Person) => void
  readonly onClose: () => void
}

const NOBODY: NewPerson = { username: '', email: '', role: 'viewer', groups: [] }
const FIELDS = ['username', 'email', 'role', 'groups']

export function AddPersonDialog({ groups, onAdded, onClose }: AddPersonDialogProps) {
  const [created, setCreated] = useState<CreatedPerson | null>(null)
  const added = (person: CreatedPerson) => {
    const { link: _, ...plain } = person
    onAdded(plain)
    setCreated(person)
  }
  return (
    <Dialog
      title={created ? `${created.username} may come in` : 'Add a person'}
      onClose={onClose}
      keepOpen={created !== null}
    >
      {created ? (
        <LinkPanel username={created.username} link={created.link} onDone={onClose} />
      ) : (
        <PersonForm groups={groups} onCreated={added} />
      )}
    </Dialog>
  )
}

type PersonFormProps = {
  readonly groups: readonly Group[]
  readonly onCreated: (person: CreatedPerson) => void
}

function PersonForm({ groups, onCreated }: PersonFormProps) {
  const [person, setPerson] = useState(NOBODY)
  const { busy, problem, fault, run } = useCall()
  const add = () =>
    run(
      () => createPerson({ ...person, username: person.username.trim(), email: person.email.trim() }),
      onCreated,
    )
  return (
    <Form label="Add a person" onSubmit={add}>
      <Field
        label="Username"
        value={person.username}
        onChange={(event) => setPerson({ ...person, username: event.target.value })}
        error={fault('username')}
        maxLength={150}
        required
        autoFocus
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
      />
      <Field
        label="E-mail, if you like"
        type="email"
        value={person.email}
        onChange={(event) => setPerson({ ...person, email: event.target.value })}
        error={fault('email')}
        autoComplete="off"
      />
      <AccessFields
        access={person}
        groups={groups}
        onChange={(access) => setPerson({ ...person, ...access })}
        fault={fault}
      />
      <ProblemNotice problem={problem} shownFields={FIELDS} />
      <Button weight="main" type="submit" disabled={busy}>
        {busy ? 'Adding…' : 'Add'}
      </Button>
    </Form>
  )
}
