// A chart's numbers as a table. It stands still until refreshed: a moving table cannot be read.
import { useState } from 'react'
import { formatExactClock } from '../../charts/format-time'
import { Button } from '../../components/button'
import { Dialog } from '../../components/dialog'
import { useLive } from '../../live/use-live'
import type { Metric } from '../../protocol/metric'
import type { ChartedDevice } from './charted-devices'
import styles from './readings-table.module.css'
import { tableRows } from './table-rows'
import { formatValue } from './words'

const MOST_ROWS = 200

type ReadingsTableProps = {
  readonly metric: Metric
  readonly charted: readonly ChartedDevice[]
  readonly onClose: () => void
}

export function ReadingsTable({ metric, charted, onClose }: ReadingsTableProps) {
  const live = useLive()
  const read = () => {
    const sources = charted.map(({ device }) => ({
      device: device.name,
      view: live.readings.view(device.id),
    }))
    return tableRows(sources, metric.name, live.stretch(), MOST_ROWS)
  }
  const [rows, setRows] = useState(read)
  return (
    <Dialog title={`${metric.label}: the newest readings`} onClose={onClose}>
      <div className={styles.frame} tabIndex={0} role="region" aria-label={`Readings of ${metric.label}`}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col">Device</th>
              <th scope="col">{metric.unit ? `${metric.label}, ${metric.unit}` : metric.label}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={`${row.device} ${row.timeMs}`}>
                <td>{formatExactClock(row.timeMs)}</td>
                <td>{row.device}</td>
                <td>{formatValue(metric, row.value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length === 0 && <p>No readings in this window.</p>}
      {rows.length === MOST_ROWS && <p className={styles.note}>The newest {MOST_ROWS} of the window.</p>}
      <Button onClick={() => setRows(read())}>Refresh</Button>
    </Dialog>
  )
}
