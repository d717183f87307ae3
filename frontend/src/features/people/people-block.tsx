// Everybody with an account.
import { useState } from 'react'
import { Badge } from '../../components/badge'
import { Block } from '../../components/block'
import { Button } from '../../components/button'
import { Icon } from '../../components/icon'
import { Row, Rows } from '../../components/rows'
import { useNow } from '../../components/use-now'
import type { Group, Person } from '../../protocol/person'
import type { LiveList } from '../forms/use-live-list'
import { formatAge } from '../live/words'
import { AddPersonDialog } from './add-person-dialog'
import type { PeopleRights } from './people-rights'
import { PersonDialog } from './person-dialog'
import { roleWords } from './role-words'

type PeopleBlockProps = {
  readonly people: readonly Person[]
  readonly groups: readonly Group[]
  readonly rights: PeopleRights
  readonly list: Pick<LiveList<Person>, 'put' | 'remove'>
}

export function PeopleBlock({ people, groups, rights, list }: PeopleBlockProps) {
  const [open, setOpen] = useState<string | null>(null)
  const [isAdding, setAdding] = useState(false)
  const shown = people.find(({ id }) => id === open)
  const sorted = [...people].sort((one, other) => one.username.localeCompare(other.username))
  return (
    <Block
      title="Accounts"
      testId="people"
      action={
        rights.may('add_user') && (
          <Button onClick={() => setAdding(true)}>
            <Icon name="plus" /> Add a person
          </Button>
        )
      }
    >
      <Rows>
        {sorted.map((person) => (
          <PersonRow key={person.id} person={person} rights={rights} onOpen={() => setOpen(person.id)} />
        ))}
      </Rows>
      {isAdding && <AddPersonDialog groups={groups} onAdded={list.put} onClose={() => setAdding(false)} />}
      {shown && (
        <PersonDialog
          person={shown}
          groups={groups}
          rights={rights}
          onChanged={list.put}
          onDeleted={() => list.remove(shown.id)}
          onClose={() => setOpen(null)}
        />
      )}
    </Block>
  )
}

type PersonRowProps = {
  readonly person: Person
  readonly rights: PeopleRights
  readonly onOpen: () => void
}

function PersonRow({ person, rights, onOpen }: PersonRowProps) {
  const nowMs = useNow(30_000)
  const { username, groups, lastLoginMs } = person
  const seen =
    lastLoginMs === null ? 'never signed in' : `signed in ${formatAge(Math.max(0, nowMs - lastLoginMs))}`
  const words = [roleWords(person), ...(groups.length ? [groups.join(', ')] : []), seen]
  return (
    <Row
      testId={`person-${username}`}
      title={username}
      badges={<PersonBadges person={person} isOneself={rights.isOneself(person)} />}
      words={words.join(' · ')}
      actions={
        rights.may('change_user') &&
        rights.mayTouch(person) && (
          <Button weight="quiet" small aria-label={`Change ${username}`} onClick={onOpen}>
            Change
          </Button>
        )
      }
    />
  )
}

function PersonBadges({ person, isOneself }: { readonly person: Person; readonly isOneself: boolean }) {
  return (
    <>
      {isOneself && <Badge tone="accent">You</Badge>}
      {!person.active && <Badge tone="warn">Closed</Badge>}
      {person.twoFactor && <Badge>Two-factor</Badge>}
    </>
  )
}
