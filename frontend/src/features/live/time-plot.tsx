// The area of a chart that can be moved in time: by hand, and by keys once it has the focus.
import { useEffect, useId, useRef, type ReactNode } from 'react'
import { useStore } from 'zustand'
import { MARGIN } from '../../charts/line-options'
import type { Live } from '../../live/live'
import { useLive } from '../../live/use-live'
import { crosshair, mark, pointAt } from './crosshair'
import { TimeGestures, type TimeActions } from './time-gestures'
import styles from './time-plot.module.css'

const HELP =
  'Arrow keys move in time, plus and minus change how much is shown, 0 goes back to live. ' +
  'With a mouse: turn the wheel, drag, or hold Shift and drag over what you want to see.'
const NOTE_HELP = ' N writes a note; so does a double-click, at its place.'

type TimePlotProps = {
  readonly label: string
  /** A note is to be written at this time; null where no time was pointed at. Undefined for who may not. */
  readonly onNote?: ((timeMs: number | null) => void) | undefined
  readonly children: ReactNode
}

function actionsOf(live: Live, onNote: (timeMs: number | null) => void): TimeActions {
  const spanMs = () => live.stretch().toMs - live.stretch().fromMs
  return {
    zoom: (factor, share) => live.viewport.zoom(factor, share),
    pan: (share) => live.viewport.pan(share * spanMs()),
    select: (from, to) => {
      const { fromMs } = live.stretch()
      live.viewport.look({ fromMs: fromMs + from * spanMs(), toMs: fromMs + to * spanMs() })
    },
    marking: mark,
    goLive: () => live.resume(),
    point: pointAt,
    note: (share) => onNote(share === null ? null : live.stretch().fromMs + share * spanMs()),
  }
}

export function TimePlot({ label, onNote, children }: TimePlotProps) {
  const live = useLive()
  const plot = useRef<HTMLDivElement>(null)
  const helpId = useId()
  const note = useRef(onNote)
  useEffect(() => {
    note.current = onNote
  })
  useEffect(() => {
    if (!plot.current) return
    const actions = actionsOf(live, (timeMs) => note.current?.(timeMs))
    return new TimeGestures(plot.current, MARGIN, actions).listen()
  }, [live])
  return (
    <div
      ref={plot}
      className={styles.plot}
      tabIndex={0}
      role="group"
      aria-label={`${label} over time`}
      aria-describedby={helpId}
    >
      {children}
      <Marked />
      <p id={helpId} hidden>
        {HELP}
        {onNote && NOTE_HELP}
      </p>
    </div>
  )
}

/** What Shift and drag would show. */
function Marked() {
  const marked = useStore(crosshair, (state) => state.marked)
  if (!marked) return null
  const plotWidth = `(100% - ${MARGIN.left + MARGIN.right}px)`
  return (
    <div
      className={styles.marked}
      aria-hidden="true"
      style={{
        left: `calc(${MARGIN.left}px + ${marked[0]} * ${plotWidth})`,
        width: `calc(${marked[1] - marked[0]} * ${plotWidth})`,
      }}
    />
  )
}
