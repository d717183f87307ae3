// Who may see a device: everybody, or only the members of some groups.
import { useState } from 'react'
import { listGroups } from '../../api/list-groups'
import { updateDevice } from '../../api/update-device'
import { Button } from '../../components/button'
import { Buttons } from '../../components/buttons'
import { CheckList } from '../../components/check-list'
import { PageLink } from '../../components/page-link'
import { Segmented } from '../../components/segmented'
import type { LiveDevice } from '../../live/state'
import { useLive } from '../../live/use-live'
import { LoadedContent } from '../forms/loaded-content'
import { ProblemNotice } from '../forms/problem-notice'
import { useCall } from '../forms/use-call'
import { useLoaded } from '../forms/use-loaded'
import styles from './devices.module.css'

const WHO = [
  { value: 'all', label: 'Everybody' },
  { value: 'some', label: 'Some groups' },
] as const

type LimitDeviceProps = { readonly device: LiveDevice }

export function LimitDevice({ device }: LimitDeviceProps) {
  const [isOpen, setOpen] = useState(false)
  const [wasOpen, setWasOpen] = useState(false)
  const done = () => {
    setOpen(false)
    setWasOpen(true)
  }
  const groups = device.groups ?? []
  return (
    <section className={styles.section} aria-label="Who may see it">
      <div>
        <h3>Who may see it</h3>
        <p role="status">
          {groups.length === 0 ? 'Everybody who may see devices.' : `Only ${groups.join(', ')}.`}
        </p>
      </div>
      {!isOpen && (
        <Button onClick={() => setOpen(true)} autoFocus={wasOpen}>
          Change…
        </Button>
      )}
      {isOpen && <Limits device={device} onDone={done} />}
    </section>
  )
}

type LimitsProps = LimitDeviceProps & { readonly onDone: () => void }

function Limits({ device, onDone }: LimitsProps) {
  const loaded = useLoaded(listGroups)
  return (
    <div className={styles.wide}>
      <LoadedContent loaded={loaded}>
        {(groups) => <LimitForm device={device} known={groups.map(({ name }) => name)} onDone={onDone} />}
      </LoadedContent>
    </div>
  )
}

type LimitFormProps = LimitsProps & { readonly known: readonly string[] }

function LimitForm({ device, known, onDone }: LimitFormProps) {
  const live = useLive()
  const [chosen, setChosen] = useState<readonly string[]>(device.groups ?? [])
  const [who, setWho] = useState<'all' | 'some'>(chosen.length ? 'some' : 'all')
  const { busy, problem, fault, run } = useCall()
  const groups = who === 'all' ? [] : chosen
  const save = () =>
    run(
      () => updateDevice(device.id, { groups }),
      (answer) => {
        live.applyDevice(answer)
        onDone()
      },
    )
  // A group that was deleted still limits: it can be taken away here.
  const names = [...new Set([...known, ...(device.groups ?? [])])].sort()
  return (
    <form
      className={styles.stack}
      aria-label="Who may see it"
      onSubmit={(event) => {
        event.preventDefault()
        save()
      }}
    >
      <Segmented label="Who may see it" options={WHO} value={who} onChange={setWho} />
      {who === 'some' && names.length > 0 && (
        <CheckList
          label="Groups"
          hint="Their members see it, and who may see all devices."
          error={fault('groups')}
          options={names.map((name) => ({ value: name, label: name }))}
          chosen={chosen}
          onChange={setChosen}
        />
      )}
      {who === 'some' && (
        <p>
          {names.length === 0 && 'There are no groups yet. '}
          <PageLink href="/settings/people/">Make a group</PageLink>
        </p>
      )}
      <ProblemNotice problem={problem} shownFields={who === 'some' ? ['groups'] : []} />
      <Buttons>
        <Button type="submit" disabled={busy || (who === 'some' && chosen.length === 0)}>
          Save
        </Button>
        <Button weight="quiet" disabled={busy} onClick={onDone}>
          Leave it
        </Button>
      </Buttons>
    </form>
  )
}
