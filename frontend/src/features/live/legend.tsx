// Which line is whose; a click takes a device off the charts or puts it back.
import type { LiveDevice } from '../../live/state'
import styles from './legend.module.css'
import { LineSwatch } from './line-swatch'
import { MOST_LINES } from './charted-devices'
import { chooseDevice } from './preferences'

type LegendProps = {
  readonly devices: readonly LiveDevice[]
  readonly slots: ReadonlyMap<string, number>
}

export function Legend({ devices, slots }: LegendProps) {
  // With more devices than lines only the charted ones are listed: the others are switched on from their cards.
  const listed = devices.length > MOST_LINES ? devices.filter(({ id }) => slots.has(id)) : devices
  return (
    <ul className={styles.legend} aria-label="Devices on the charts">
      {listed.map((device) => (
        <li key={device.id}>
          <button
            type="button"
            aria-pressed={slots.has(device.id)}
            onClick={() => chooseDevice(device.id, !slots.has(device.id))}
          >
            <LineSwatch slot={slots.get(device.id)} />
            <span>{device.name}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}
