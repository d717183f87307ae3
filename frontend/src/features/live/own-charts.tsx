// The charts for who is signed in: with notes, statistics, downloads, and links to share.
import { useState } from 'react'
import type { Live } from '../../live/live'
import type { LiveDevice } from '../../live/state'
import { useLive } from '../../live/use-live'
import type { Metric } from '../../protocol/metric'
import { NoteDialog, type OpenNotes } from '../notes/note-dialog'
import { NotesPanel } from '../notes/notes-panel'
import { useNoteRights, useNotes } from '../notes/use-notes'
import { StatisticsPanel } from '../statistics/statistics-panel'
import { ChartArea } from './chart-area'
import { ChartTools } from './chart-tools'
import { useCharts } from './use-charts'

type OwnChartsProps = {
  readonly devices: readonly LiveDevice[]
  readonly slots: ReadonlyMap<string, number>
  readonly onDescribe?: ((metric: Metric) => void) | undefined
}

export function OwnCharts({ devices, slots, onDescribe }: OwnChartsProps) {
  const live = useLive()
  const charts = useCharts(devices, slots)
  const charted = charts.charted.map(({ device }) => device)
  const ids = charted.map(({ id }) => id)
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
    <ChartArea
      charts={charts}
      devices={devices}
      slots={slots}
      onDescribe={onDescribe}
      notes={notes}
      onNote={onNote}
      onReadNotes={(ids) => setOpenNotes({ kind: 'read', ids })}
      tools={<ChartTools charted={charted} devices={devices} onNote={onNote} />}
    >
      <NotesPanel notes={notes} onEdit={(note) => setOpenNotes({ kind: 'edit', note })} />
      {charts.shown.length > 0 && <StatisticsPanel devices={charted} metrics={charts.shown} />}
      {openNotes && <NoteDialog open={openNotes} onClose={() => setOpenNotes(null)} />}
    </ChartArea>
  )
}

/** Now, or in the middle of a window that stands still. */
function usualTimeMs(live: Live): number {
  const { fromMs, toMs } = live.stretch()
  return live.store.getState().view.mode === 'live' ? toMs : (fromMs + toMs) / 2
}
