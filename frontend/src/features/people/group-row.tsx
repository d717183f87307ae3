// One group: rename it, or delete it.
import { useState } from 'react'
import { deleteGroup } from '../../api/delete-group'
import { renameGroup } from '../../api/rename-group'
import { AskingButton } from '../../components/asking-button'
import { Button } from '../../components/button'
import { Field } from '../../components/field'
import { Row } from '../../components/rows'
import type { Group } from '../../protocol/person'
import { ProblemNotice } from '../forms/problem-notice'
import { useCall } from '../forms/use-call'
import type { LiveList } from '../forms/use-live-list'
import { formatCount } from '../live/words'
import styles from './groups-block.module.css'
import type { PeopleRights } from './people-rights'

type GroupRowProps = {
  readonly group: Group
  readonly rights: PeopleRights
  readonly list: Pick<LiveList<Group>, 'put' | 'remove'>
}

export function GroupRow({ group, rights, list }: GroupRowProps) {
  const [isRenaming, setRenaming] = useState(false)
  const { busy, problem, run } = useCall()
  const remove = () =>
    run(
      () => deleteGroup(group.id),
      () => list.remove(group.id),
    )
  return (
    <Row
      testId={`group-${group.name}`}
      title={group.name}
      words={`${group.people === 1 ? '1 person' : `${group.people} people`} · ${limitedWords(group.devices)}`}
      actions={
        !isRenaming && (
          <>
            {rights.may('change_group') && (
              <Button
                weight="quiet"
                small
                aria-label={`Rename ${group.name}`}
                onClick={() => setRenaming(true)}
              >
                Rename
              </Button>
            )}
            {rights.may('delete_group') && (
              <AskingButton
                small
                weight="quiet"
                label="Delete…"
                about={group.name}
                question={deleteWords(group)}
                yes="Delete"
                busy={busy}
                onYes={remove}
              />
            )}
          </>
        )
      }
    >
      {isRenaming && (
        <RenameForm
          group={group}
          onRenamed={(renamed) => {
            list.put(renamed)
            setRenaming(false)
          }}
          onKept={() => setRenaming(false)}
        />
      )}
      {problem && <ProblemNotice problem={problem} />}
    </Row>
  )
}

function limitedWords(devices: number): string {
  return devices === 0 ? 'no device is limited to it' : `${formatCount(devices, 'device')} limited to it`
}

function deleteWords({ name, devices }: Group): string {
  if (devices === 0) return `Delete ${name}?`
  const those = devices === 1 ? 'One device is' : `${devices} devices are`
  const they = devices === 1 ? 'It stays' : 'They stay'
  return `${those} limited to ${name}. ${they} limited: only who sees all devices sees ${devices === 1 ? 'it' : 'them'} then.`
}

type RenameFormProps = {
  readonly group: Group
  readonly onRenamed: (group: Group) => void
  readonly onKept: () => void
}

function RenameForm({ group, onRenamed, onKept }: RenameFormProps) {
  const [name, setName] = useState(group.name)
  const { busy, problem, fault, run } = useCall()
  return (
    <form
      className={styles.add}
      onSubmit={(event) => {
        event.preventDefault()
        run(() => renameGroup(group.id, name.trim()), onRenamed)
      }}
    >
      <Field
        label={`New name of ${group.name}`}
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={fault('name')}
        maxLength={150}
        autoFocus
        autoComplete="off"
      />
      <Button type="submit" disabled={busy || !name.trim()}>
        Rename
      </Button>
      <Button weight="quiet" onClick={onKept}>
        Leave
      </Button>
      <ProblemNotice problem={problem} shownFields={['name']} />
    </form>
  )
}
