// Everybody with an account.
import { useState } from 'react'
import { Badge } from '../../components/badge'
import { Block } from '../../components/block'
import { Button } from '../../components/button'
import { FindField, isFound } from '../../components/find-field'
import { Icon } from '../../components/icon'
import { Row, Rows } from '../../components/rows'
import { Shortened } from '../../components/shortened'
import { useNow } from '../../components/use-now'
import type { Group, Person } from '../../protocol/person'
import type { LiveList } from '../forms/use-live-list'
import { formatAge } from '../live/words'
import { AddPersonDialog } from './add-person-dialog'
import type { PeopleRights } from './people-rights'
import { PersonDialog } from './person-dialog'
import { roleWords } from './role-words'

const MANY = 10
// Below them stand the groups, which are to be found without scrolling past a whole school.
const SHOWN = 50

type PeopleBlockProps = {
  readonly people: readonly Person[]
  readonly groups: readonly Group[]
  readonly rights: PeopleRights
  readonly list: Pick<LiveList<Person>, 'put' | 'remove'>
}

export function PeopleBlock({ people, groups, rights, list }: PeopleBlockProps) {
  const [open, setOpen] = useState<string | null>(null)
  const [isAdding, setAdding] = useState(false)
  const [words, setWords] = useState('')
  const shown = people.find(({ id }) => id === open)
  const many = people.length > MANY
  const sorted = people
    .filter(({ username, email, groups }) => !many || isFound([username, email, ...groups].join(' '), words))
    .sort((one, other) => one.username.localeCompare(other.username))
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
      {many && <FindField label="Find a person or a group" words={words} onChange={setWords} />}
      <Shortened items={sorted} most={SHOWN} noun="accounts">
        {(beginning) => (
          <Rows>
            {beginning.map((person) => (
              <PersonRow key={person.id} person={person} rights={rights} onOpen={() => setOpen(person.id)} />
            ))}
          </Rows>
        )}
      </Shortened>
      {sorted.length === 0 && <p>No account matches “{words}”.</p>}
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
