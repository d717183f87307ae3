// Somebody's account: what they may do, a new way in, and its end.
import { useState } from 'react'
import { Dialog } from '../../components/dialog'
import type { Group, Person } from '../../protocol/person'
import { ClosePerson } from './close-person'
import { DeletePerson } from './delete-person'
import { LinkPanel } from './link-panel'
import { NewLink } from './new-link'
import type { PeopleRights } from './people-rights'
import { PersonForm } from './person-form'
import { RemoveTwoFactor } from './remove-two-factor'

export type PersonActionProps = {
  readonly person: Person
  readonly onChanged: (person: Person) => void
}

type PersonDialogProps = PersonActionProps & {
  readonly groups: readonly Group[]
  readonly rights: PeopleRights
  readonly onDeleted: () => void
  readonly onClose: () => void
}

export function PersonDialog({ person, groups, rights, onChanged, onDeleted, onClose }: PersonDialogProps) {
  const [link, setLink] = useState<string | null>(null)
  if (link) {
    return (
      <Dialog title={`A link for ${person.username}`} onClose={onClose} keepOpen>
        <LinkPanel username={person.username} link={link} onDone={onClose} />
      </Dialog>
    )
  }
  const isOneself = rights.isOneself(person)
  return (
    <Dialog title={person.username} onClose={onClose}>
      <PersonForm person={person} groups={groups} isOneself={isOneself} onChanged={onChanged} />
      {person.active && <NewLink person={person} onLink={setLink} />}
      {person.twoFactor && !isOneself && <RemoveTwoFactor person={person} onChanged={onChanged} />}
      {!isOneself && <ClosePerson person={person} onChanged={onChanged} />}
      {!isOneself && rights.may('delete_user') && <DeletePerson person={person} onDeleted={onDeleted} />}
    </Dialog>
  )
}
