// What the window on screen comes to, for each metric and device. Asked for only while it is open.
import { Fragment } from 'react'
import { formatShortMoment } from '../../charts/format-time'
import { Panel } from '../../components/panel'
import { useLive } from '../../live/use-live'
import type { LiveDevice } from '../../live/state'
import type { Metric } from '../../protocol/metric'
import type { Moment, Statistics } from '../../protocol/statistics'
import { formatChange, formatNumber, formatTrend, NOTHING } from './summary-words'
import styles from './statistics-panel.module.css'
import { useStatistics } from './use-statistics'

type StatisticsPanelProps = { readonly devices: readonly LiveDevice[]; readonly metrics: readonly Metric[] }

export function StatisticsPanel(props: StatisticsPanelProps) {
  return (
    <Panel testId="statistics" title="Statistics of this window">
      <Numbers {...props} />
    </Panel>
  )
}

function Numbers({ devices, metrics }: StatisticsPanelProps) {
  const { byDevice, failed } = useStatistics(
    devices.map(({ id }) => id),
    metrics.map(({ name }) => name),
  )
  const isEmpty = [...byDevice.values()].every((one) => one.metrics.size === 0)
  return (
    <>
      {failed && (
        <p className={styles.note} role="status">
          The statistics cannot be read now. Trying again…
        </p>
      )}
      {byDevice.size > 0 && isEmpty && <p className={styles.note}>Nothing was measured in this window.</p>}
      {!isEmpty && (
        <div className={styles.frame} tabIndex={0} role="region" aria-label="Statistics">
          <table className={styles.table}>
            <Head />
            {metrics.map((metric) => (
              <MetricRows key={metric.name} metric={metric} devices={devices} byDevice={byDevice} />
            ))}
          </table>
        </div>
      )}
    </>
  )
}

function Head() {
  return (
    <thead>
      <tr>
        <th scope="col">Device</th>
        <th scope="col">Mean</th>
        <th scope="col" title="The mean against that of the window before">
          Change
        </th>
        <th scope="col">Lowest</th>
        <th scope="col">Highest</th>
        <th scope="col">Last</th>
        <th scope="col">Trend</th>
        <th scope="col">Readings</th>
      </tr>
    </thead>
  )
}

type MetricRowsProps = {
  readonly metric: Metric
  readonly devices: readonly LiveDevice[]
  readonly byDevice: ReadonlyMap<string, Statistics>
}

function MetricRows({ metric, devices, byDevice }: MetricRowsProps) {
  const rows = devices.flatMap((device) => {
    const statistics = byDevice.get(device.id)
    const summary = statistics?.metrics.get(metric.name)
    return summary ? [{ device, summary, before: statistics?.before.get(metric.name) }] : []
  })
  if (rows.length === 0) return null
  return (
    <tbody>
      <tr>
        <th scope="rowgroup" colSpan={8} className={styles.metric}>
          {metric.label} {metric.unit && <span>{metric.unit}</span>}
        </th>
      </tr>
      {rows.map(({ device, summary, before }) => (
        <tr key={device.id}>
          <th scope="row">{device.name}</th>
          <td className={styles.mean}>{formatNumber(metric, summary.mean)}</td>
          <td>{formatChange(metric, summary, before)}</td>
          <td>
            <When metric={metric} moment={summary.lowest} />
          </td>
          <td>
            <When metric={metric} moment={summary.highest} />
          </td>
          <td>{summary.last ? formatNumber(metric, summary.last.value) : NOTHING}</td>
          <td>{formatTrend(metric, summary)}</td>
          <td>{summary.count.toLocaleString('en')}</td>
        </tr>
      ))}
    </tbody>
  )
}

/** A value with its time, which leads there. */
function When({ metric, moment }: { readonly metric: Metric; readonly moment: Moment | null }) {
  const live = useLive()
  if (!moment) return NOTHING
  return (
    <Fragment>
      {formatNumber(metric, moment.value)}
      <button
        type="button"
        className={styles.when}
        title="Show the time around it"
        onClick={() => live.viewport.lookAround(moment.timeMs)}
      >
        {formatShortMoment(moment.timeMs)}
      </button>
    </Fragment>
  )
}
