// What the crosshair tells: the exact readings nearest to the pointer, for each device.
import { useRef, useState } from 'react'
import { useStore } from 'zustand'
import { breakMs } from '../../charts/break-time'
import { formatExactClock } from '../../charts/format-time'
import { MARGIN } from '../../charts/line-options'
import { nearestReading, type Reading } from '../../charts/nearest'
import type { Live } from '../../live/live'
import { useLive, usePainter } from '../../live/use-live'
import type { Metric } from '../../protocol/metric'
import type { ChartedDevice } from './charted-devices'
import { crosshair } from './crosshair'
import styles from './hover-panel.module.css'
import { LineSwatch } from './line-swatch'
import { formatMeasure } from './words'

type HoverPanelProps = { readonly metric: Metric; readonly charted: readonly ChartedDevice[] }
type Row = Reading & { readonly charted: ChartedDevice }

function rowsAt(live: Live, { metric, charted }: HoverPanelProps, timeMs: number): Row[] {
  return charted.flatMap((one) => {
    const view = live.readings.view(one.device.id)
    const values = view?.column(metric.name)
    if (!view || !values) return []
    const withinMs = breakMs(view.times, values, one.device.intervalMs)
    const reading = nearestReading(view, metric.name, timeMs, withinMs)
    return reading ? [{ ...reading, charted: one }] : []
  })
}

export function HoverPanel(props: HoverPanelProps) {
  const share = useStore(crosshair, (state) => state.share)
  return share === null ? null : <Readout {...props} share={share} />
}

function Readout({ share, ...props }: HoverPanelProps & { readonly share: number }) {
  const live = useLive()
  const [rows, setRows] = useState<Row[]>([])
  const shown = useRef('')
  usePainter(() => {
    const { fromMs, toMs } = live.stretch()
    const next = rowsAt(live, props, fromMs + share * (toMs - fromMs))
    const key = next.map(({ timeMs, value }) => `${timeMs} ${value}`).join()
    if (key === shown.current) return
    shown.current = key
    setRows(next)
  })
  const left = `calc(${MARGIN.left}px + ${share} * (100% - ${MARGIN.left + MARGIN.right}px))`
  return (
    <div className={styles.layer} aria-hidden="true">
      <div className={styles.line} style={{ left }} />
      {rows.length > 0 && (
        <table className={styles.panel} data-side={share > 0.5 ? 'left' : 'right'} style={{ left }}>
          <tbody>
            {rows.map(({ charted, timeMs, value }) => (
              <tr key={charted.device.id}>
                <td>
                  <LineSwatch slot={charted.slot} />
                </td>
                <td className={styles.name}>{charted.device.name}</td>
                <td className={styles.value}>{formatMeasure(props.metric, value)}</td>
                <td className={styles.time}>{formatExactClock(timeMs)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  )
}
