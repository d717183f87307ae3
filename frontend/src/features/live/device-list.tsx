// All devices, found by name.
import { useState } from 'react'
import { Button } from '../../components/button'
import { FindField, isFound } from '../../components/find-field'
import { Icon } from '../../components/icon'
import { isLive, type LiveDevice } from '../../live/state'
import { useLiveState } from '../../live/use-live'
import { MOST_LINES } from './charted-devices'
import { DeviceCard, type CardSize } from './device-card'
import styles from './device-list.module.css'

const VERY_FEW = 2
const FEW = 6

type DeviceListProps = {
  readonly devices: readonly LiveDevice[]
  readonly slots: ReadonlyMap<string, number>
  readonly onAdd?: (() => void) | undefined
  readonly onSettings?: ((id: string) => void) | undefined
}

function sizeFor(count: number): CardSize {
  if (count <= VERY_FEW) return 'large'
  return count <= FEW ? 'normal' : 'compact'
}

export function DeviceList({ devices, slots, onAdd, onSettings }: DeviceListProps) {
  const [words, setWords] = useState('')
  const connected = useLiveState(isLive)
  const found = devices.filter(({ name, id }) => isFound(`${name} ${id}`, words))
  const many = devices.length > FEW
  return (
    <section className={styles.list} id="devices" aria-label="Devices">
      <div className={styles.head}>
        <h2>{countOf(devices, connected)}</h2>
        {onAdd && (
          <Button small onClick={onAdd} data-testid="add-device">
            <Icon name="plus" /> Add a device
          </Button>
        )}
      </div>
      {many && <FindField label="Find a device" words={words} onChange={setWords} />}
      <ul className={styles.cards} data-many={many}>
        {found.map((device) => (
          <DeviceCard
            key={device.id}
            device={device}
            slot={slots.get(device.id)}
            chartsFull={slots.size >= MOST_LINES}
            size={sizeFor(devices.length)}
            onSettings={onSettings}
          />
        ))}
      </ul>
      {found.length === 0 && <p className={styles.none}>No device is called “{words}”.</p>}
    </section>
  )
}

function countOf(devices: readonly LiveDevice[], connected: boolean): string {
  const online = devices.filter((device) => device.online && device.enabled).length
  const total = devices.length === 1 ? '1 device' : `${devices.length} devices`
  return connected ? `${total}, ${online} online` : total
}
