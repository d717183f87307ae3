// The groups that devices can be limited to.
import { useState } from 'react'
import { createGroup } from '../../api/create-group'
import { Block } from '../../components/block'
import { Button } from '../../components/button'
import { Field } from '../../components/field'
import { Rows } from '../../components/rows'
import type { Group, Person } from '../../protocol/person'
import { ProblemNotice } from '../forms/problem-notice'
import { useCall } from '../forms/use-call'
import type { LiveList } from '../forms/use-live-list'
import { GroupRow } from './group-row'
import styles from './groups-block.module.css'
import type { PeopleRights } from './people-rights'

type GroupsBlockProps = {
  readonly groups: readonly Group[]
  /** Null while they are not known. */
  readonly people: readonly Person[] | null
  readonly rights: PeopleRights
  readonly list: Pick<LiveList<Group>, 'put' | 'remove'>
}

export function GroupsBlock({ groups, people, rights, list }: GroupsBlockProps) {
  const sorted = [...groups].sort((one, other) => one.name.localeCompare(other.name))
  return (
    <Block
      title="Groups"
      testId="groups"
      words="A device can be limited to groups, in its settings on the live page. Others do not see it then, nor its readings."
    >
      {sorted.length > 0 && (
        <Rows>
          {sorted.map((group) => (
            <GroupRow key={group.id} group={counted(group, people)} rights={rights} list={list} />
          ))}
        </Rows>
      )}
      {sorted.length === 0 && <p>There are no groups: everybody with a role sees every device.</p>}
      {rights.may('add_group') && <AddGroup onAdded={list.put} />}
    </Block>
  )
}

/** The people are live: counted, they are newer than the number that came with the group. */
function counted(group: Group, people: readonly Person[] | null): Group {
  if (!people) return group
  return { ...group, people: people.filter(({ groups }) => groups.includes(group.name)).length }
}

function AddGroup({ onAdded }: { readonly onAdded: (group: Group) => void }) {
  const [name, setName] = useState('')
  const { busy, problem, fault, run } = useCall()
  const add = () =>
    run(
      () => createGroup(name.trim()),
      (group) => {
        onAdded(group)
        setName('')
      },
    )
  return (
    <form
      className={styles.add}
      onSubmit={(event) => {
        event.preventDefault()
        add()
      }}
    >
      <Field
        label="New group"
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={fault('name')}
        maxLength={150}
        autoComplete="off"
      />
      <Button type="submit" disabled={busy || !name.trim()}>
        Add
      </Button>
      <ProblemNotice problem={problem} shownFields={['name']} />
    </form>
  )
}
