// The charts, one below the other over one window of time.
import { useEffect, useState } from 'react'
import { Notice } from '../../components/notice'
import type { LiveDevice } from '../../live/state'
import type { Live } from '../../live/live'
import { useLive, useLiveState } from '../../live/use-live'
import type { Metric } from '../../protocol/metric'
import { NoteDialog, type OpenNotes } from '../notes/note-dialog'
import { NotesPanel } from '../notes/notes-panel'
import { useNoteRights, useNotes } from '../notes/use-notes'
import { StatisticsPanel } from '../statistics/statistics-panel'
import styles from './chart-area.module.css'
import { ChartTools } from './chart-tools'
import { Legend } from './legend'
import { MetricChart } from './metric-chart'
import { MetricChooser } from './metric-chooser'
import { usePreferences } from './preferences'
import { ReadingsTable } from './readings-table'
import { describe, inOrder, measuredMetrics, metricsAlwaysCharted } from './shown-metrics'
import { WindowWords } from './window-words'

type ChartAreaProps = {
  readonly devices: readonly LiveDevice[]
  readonly slots: ReadonlyMap<string, number>
  readonly onDescribe?: ((metric: Metric) => void) | undefined
}

function useShownMetrics(devices: readonly LiveDevice[]) {
  const metrics = useLiveState((state) => state.metrics)
  const chosen = usePreferences((state) => state.metrics)
  const measured = measuredMetrics(devices)
  const always = metricsAlwaysCharted(measured)
  const more = measured.filter((name) => !always.includes(name))
  const shown = inOrder([...always, ...more.filter((name) => chosen.includes(name))])
  return {
    chosen,
    shown: shown.map((name) => describe(metrics, name)),
    more: more.map((name) => describe(metrics, name)),
  }
}

export function ChartArea({ devices, slots, onDescribe }: ChartAreaProps) {
  const { shown, more, chosen } = useShownMetrics(devices)
  const [table, setTable] = useState<Metric | null>(null)
  const live = useLive()
  const names = shown.map(({ name }) => name).join('\n')
  useEffect(() => live.measure(names ? names.split('\n') : []), [live, names])
  const charted = devices.flatMap((device) => {
    const slot = slots.get(device.id)
    return slot === undefined ? [] : [{ device, slot }]
  })
  const ids = charted.map(({ device }) => device.id)
  const notes = useNotes(ids)
  const [openNotes, setOpenNotes] = useState<OpenNotes | null>(null)
  const { mayAdd } = useNoteRights()
  const write = (timeMs: number | null) => {
    const device = ids.length === 1 ? (ids[0] ?? null) : null
    const startMs = Math.round(timeMs ?? usualTimeMs(live))
    setOpenNotes({ kind: 'write', seed: { device, startMs, endMs: null, text: '' } })
  }
  const onNote = mayAdd ? write : undefined
  return (
    <section className={styles.area} id="charts" aria-label="Charts">
      <div className={styles.head}>
        <Legend devices={devices} slots={slots} />
        <HistoryState />
        {shown.length > 0 && <WindowWords charted={charted} />}
        {charted.length > 0 && <ChartTools devices={charted.map(({ device }) => device)} onNote={onNote} />}
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
          onReadNotes={(ids) => setOpenNotes({ kind: 'read', ids })}
        />
      ))}
      {shown.length === 0 && <p className={styles.none}>The charts begin with the first reading.</p>}
      {charted.length > 0 && (
        <NotesPanel notes={notes} onEdit={(note) => setOpenNotes({ kind: 'edit', note })} />
      )}
      {shown.length > 0 && charted.length > 0 && (
        <StatisticsPanel devices={charted.map(({ device }) => device)} metrics={shown} />
      )}
      <MetricChooser metrics={more} chosen={chosen} />
      {openNotes && <NoteDialog open={openNotes} onClose={() => setOpenNotes(null)} />}
      {table && <ReadingsTable metric={table} charted={charted} onClose={() => setTable(null)} />}
    </section>
  )
}

/** Now, or in the middle of a window that stands still. */
function usualTimeMs(live: Live): number {
  const { fromMs, toMs } = live.stretch()
  return live.store.getState().view.mode === 'live' ? toMs : (fromMs + toMs) / 2
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
