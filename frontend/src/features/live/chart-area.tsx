// The charts, one below the other over one window of time.
import { useState, type ReactNode } from 'react'
import { Notice } from '../../components/notice'
import type { LiveDevice } from '../../live/state'
import { useLiveState } from '../../live/use-live'
import type { Metric } from '../../protocol/metric'
import type { Notes } from '../notes/use-notes'
import styles from './chart-area.module.css'
import { Legend } from './legend'
import { MetricChart } from './metric-chart'
import { MetricChooser } from './metric-chooser'
import { ReadingsTable } from './readings-table'
import type { Charts } from './use-charts'
import { WindowWords } from './window-words'

type ChartAreaProps = {
  readonly charts: Charts
  readonly devices: readonly LiveDevice[]
  readonly slots: ReadonlyMap<string, number>
  readonly onDescribe?: ((metric: Metric) => void) | undefined
  /** What is written on the time axis, and what is done with it. */
  readonly notes?: Notes
  readonly onNote?: ((timeMs: number | null) => void) | undefined
  readonly onReadNotes?: (ids: readonly string[]) => void
  /** Beside the words for the window. */
  readonly tools?: ReactNode
  /** Below the charts. */
  readonly children?: ReactNode
}

const NO_NOTES: Notes = []

export function ChartArea(props: ChartAreaProps) {
  const { charts, devices, slots, onDescribe, tools, children } = props
  const { notes = NO_NOTES, onNote, onReadNotes = () => undefined } = props
  const { charted, shown, more, chosen } = charts
  const [table, setTable] = useState<Metric | null>(null)
  return (
    <section className={styles.area} id="charts" aria-label="Charts" tabIndex={-1}>
      <div className={styles.head}>
        <Legend devices={devices} slots={slots} />
        <HistoryState />
        {shown.length > 0 && <WindowWords charted={charted} />}
        {charted.length > 0 && tools}
      </div>
      {charted.length === 0 && <Notice>No device is chosen: switch one on above, or on its card.</Notice>}
      {shown.map((metric) => (
        <MetricChart
          key={metric.name}
          metric={metric}
          charted={charted}
          onTable={setTable}
          onDescribe={onDescribe}
          notes={notes}
          onNote={onNote}
          onReadNotes={onReadNotes}
        />
      ))}
      {shown.length === 0 && <p className={styles.none}>The charts begin with the first reading.</p>}
      {charted.length > 0 && children}
      <MetricChooser metrics={more} chosen={chosen} />
      {table && <ReadingsTable metric={table} charted={charted} onClose={() => setTable(null)} />}
    </section>
  )
}

function HistoryState() {
  const { loading, failed } = useLiveState((state) => state.history)
  const pauseIsFull = useLiveState((state) => state.pauseIsFull)
  return (
    <div role="status" className={styles.state}>
      {failed && 'Part of the history cannot be read now. Trying again…'}
      {!failed && loading > 0 && 'Reading the history…'}
      {pauseIsFull && 'A lot has come since you paused: the newest readings are fetched when you resume.'}
    </div>
  )
}
