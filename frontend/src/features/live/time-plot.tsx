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

type TimePlotProps = { readonly label: string; readonly children: ReactNode }

function actionsOf(live: Live): TimeActions {
  const spanMs = () => live.stretch().toMs - live.stretch().fromMs
  return {
    zoom: (factor, share) => live.zoom(factor, share),
    pan: (share) => live.pan(share * spanMs()),
    select: (from, to) => {
      const { fromMs } = live.stretch()
      live.look({ fromMs: fromMs + from * spanMs(), toMs: fromMs + to * spanMs() })
    },
    marking: mark,
    goLive: () => live.resume(),
    point: pointAt,
  }
}

export function TimePlot({ label, children }: TimePlotProps) {
  const live = useLive()
  const plot = useRef<HTMLDivElement>(null)
  const helpId = useId()
  useEffect(
    () => (plot.current ? new TimeGestures(plot.current, MARGIN, actionsOf(live)).listen() : undefined),
    [live],
  )
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
