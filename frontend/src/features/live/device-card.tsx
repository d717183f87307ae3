// One device: whether it is there, and its newest values.
import { memo, useState } from 'react'
import { Button } from '../../components/button'
import { Icon } from '../../components/icon'
import { useNow } from '../../components/use-now'
import { isLive, type LiveDevice } from '../../live/state'
import { useLive, useLiveState } from '../../live/use-live'
import styles from './device-card.module.css'
import { MOST_LINES } from './charted-devices'
import { LineSwatch } from './line-swatch'
import { chooseDevice } from './preferences'
import { describe, inOrder } from './shown-metrics'
import { Tile } from './tile'
import { formatClock } from '../../charts/format-time'
import { formatPresence } from './words'

/** One or two devices have room for large numbers, many only for the numbers. */
export type CardSize = 'large' | 'normal' | 'compact'

const TILES = 6
const TILES_COMPACT = 3

type DeviceCardProps = {
  readonly device: LiveDevice
  /** The style of its line; undefined when it is not on the charts. */
  readonly slot: number | undefined
  readonly chartsFull: boolean
  readonly size: CardSize
  readonly onSettings?: ((id: string) => void) | undefined
}

export const DeviceCard = memo(function DeviceCard(props: DeviceCardProps) {
  const { device, slot, size, onSettings } = props
  const [all, setAll] = useState(false)
  const names = inOrder(device.metrics)
  const few = size === 'compact' ? TILES_COMPACT : TILES
  const rest = names.length - few
  return (
    <li
      className={styles.card}
      data-testid={`device-card-${device.id}`}
      data-enabled={device.enabled}
      data-size={size}
      style={
        { '--tile-line': slot === undefined ? undefined : `var(--line-${slot % 10})` } as React.CSSProperties
      }
    >
      <header className={styles.header}>
        <ChartSwitch {...props} />
        <div className={styles.title}>
          <h3>{device.name}</h3>
          <Presence device={device} />
        </div>
        {rest > 0 && (
          <Button weight="quiet" small aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? 'Fewer' : `${rest} more`}
          </Button>
        )}
        {onSettings && (
          <Button
            weight="quiet"
            small
            aria-label={`Settings of ${device.name}`}
            onClick={() => onSettings(device.id)}
          >
            <Icon name="settings" />
          </Button>
        )}
      </header>
      <Tiles device={device} names={all ? names : names.slice(0, few)} size={size} />
      <LastEvent id={device.id} />
    </li>
  )
})

function ChartSwitch({ device, slot, chartsFull }: DeviceCardProps) {
  const shown = slot !== undefined
  const full = !shown && chartsFull
  const label = shown ? `Take ${device.name} off the charts` : `Show ${device.name} on the charts`
  return (
    <button
      type="button"
      className={styles.switch}
      aria-pressed={shown}
      aria-label={`${device.name} on the charts`}
      title={full ? `The charts are full: ${MOST_LINES} devices at most` : label}
      disabled={full}
      onClick={() => chooseDevice(device.id, !shown)}
    >
      <LineSwatch slot={slot} />
    </button>
  )
}

/** Told to those only who see all devices. */
function Limited({ groups }: { readonly groups: readonly string[] | null }) {
  if (!groups?.length) return null
  const words = `Only ${groups.join(', ')} may see it`
  return (
    <span className={styles.limited} role="img" aria-label={words} title={words}>
      <Icon name="lock" size={12} />
    </span>
  )
}

function Presence({ device }: { readonly device: LiveDevice }) {
  useNow(10_000)
  const live = useLive()
  const connected = useLiveState(isLive)
  const { sinceMs } = live
  const words = formatPresence(device, { nowMs: live.nowMs(), connected, sinceMs })
  return (
    <p className={styles.presence} data-online={connected && device.online && device.enabled}>
      <span className={styles.dot} aria-hidden="true" />
      {words}
      <Limited groups={device.groups} />
    </p>
  )
}

type TilesProps = { readonly device: LiveDevice; readonly names: readonly string[]; readonly size: CardSize }

function Tiles({ device, names, size }: TilesProps) {
  const metrics = useLiveState((state) => state.metrics)
  const { sinceMs } = useLive()
  if (names.length === 0) {
    const none = sinceMs === null ? 'No readings yet.' : 'No readings in the time that is shared.'
    const words = device.online ? 'Connected. Waiting for its first reading…' : none
    return <p className={styles.waiting}>{words}</p>
  }
  return (
    <dl className={styles.tiles} data-size={size}>
      {names.map((name) => (
        <Tile key={name} device={device} metric={describe(metrics, name)} compact={size === 'compact'} />
      ))}
    </dl>
  )
}

function LastEvent({ id }: { readonly id: string }) {
  const event = useLiveState((state) => state.events.get(id))
  if (!event) return null
  return (
    <p className={styles.event}>
      {[event.event, ...event.details].join(' ')} at {formatClock(event.timeMs)}
    </p>
  )
}
