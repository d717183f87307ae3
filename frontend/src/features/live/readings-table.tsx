// A chart's numbers as a table. It stands still until refreshed: a moving table cannot be read.
import { useState } from 'react'
import { formatDay, formatExactClock, formatPointStretch } from '../../charts/format-time'
import type { Reading } from '../../charts/nearest'
import { Button } from '../../components/button'
import { Dialog } from '../../components/dialog'
import { useLive } from '../../live/use-live'
import type { Metric } from '../../protocol/metric'
import type { ChartedDevice } from './charted-devices'
import styles from './readings-table.module.css'
import { sourceOf } from './source'
import { tableRows, type TableRow } from './table-rows'
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
    const sources = charted.map((one) => ({
      device: one.device.name,
      source: sourceOf(live, metric.name, one),
    }))
    return tableRows(sources, metric.name, live.stretch(), MOST_ROWS)
  }
  const [rows, setRows] = useState(read)
  const areAverages = rows.some(({ group }) => group)
  const title = areAverages ? 'averages, the newest first' : 'the newest readings'
  return (
    <Dialog title={`${metric.label}: ${title}`} onClose={onClose}>
      <div className={styles.frame} tabIndex={0} role="region" aria-label={`Readings of ${metric.label}`}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col">Device</th>
              {areAverages && <th scope="col">Lowest – highest</th>}
              <th scope="col">{metric.unit ? `${metric.label}, ${metric.unit}` : metric.label}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row key={`${row.device} ${row.timeMs}`} row={row} metric={metric} areAverages={areAverages} />
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

type RowProps = { readonly row: TableRow; readonly metric: Metric; readonly areAverages: boolean }

function Row({ row, metric, areAverages }: RowProps) {
  const { group } = row
  return (
    <tr>
      <td>{momentOf(row)}</td>
      <td>{row.device}</td>
      {areAverages && (
        <td>
          {group &&
            !metric.circular &&
            `${formatValue(metric, group.low)} – ${formatValue(metric, group.high)}`}
        </td>
      )}
      <td>{formatValue(metric, row.value)}</td>
    </tr>
  )
}

function momentOf({ timeMs, group }: Reading): string {
  if (group) return formatPointStretch(group)
  const isToday = new Date(timeMs).toDateString() === new Date().toDateString()
  return isToday ? formatExactClock(timeMs) : `${formatDay(timeMs)}, ${formatExactClock(timeMs)}`
}
