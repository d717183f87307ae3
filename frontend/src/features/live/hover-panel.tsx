// What the crosshair tells: the exact readings nearest to the pointer, or what the points there stand for.
import { useRef, useState } from 'react'
import { useStore } from 'zustand'
import { formatDay, formatExactClock, formatPointStretch } from '../../charts/format-time'
import { MARGIN } from '../../charts/line-options'
import { nearestDrawn, type Group, type Reading } from '../../charts/nearest'
import type { Live } from '../../live/live'
import { useLive, usePainter } from '../../live/use-live'
import type { Metric } from '../../protocol/metric'
import type { ChartedDevice } from './charted-devices'
import { crosshair } from './crosshair'
import styles from './hover-panel.module.css'
import { LineSwatch } from './line-swatch'
import { sourceOf } from './source'
import { formatCount, formatMeasure, formatStep, formatValue } from './words'

type HoverPanelProps = { readonly metric: Metric; readonly charted: readonly ChartedDevice[] }
type Row = Reading & { readonly charted: ChartedDevice; readonly isLate: boolean }

function rowsAt(live: Live, { metric, charted }: HoverPanelProps, timeMs: number, reachMs: number): Row[] {
  return charted.flatMap((one) => {
    const source = sourceOf(live, metric.name, one)
    const reading = nearestDrawn(source, metric.name, timeMs, reachMs)
    if (!reading) return []
    const { fromMs, toMs } = reading.group ?? { fromMs: reading.timeMs, toMs: reading.timeMs }
    const isLate = source.late.some((late) => late.fromMs <= toMs && late.toMs >= fromMs)
    return [{ ...reading, charted: one, isLate }]
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
    const next = rowsAt(live, props, fromMs + share * (toMs - fromMs), toMs - fromMs)
    const key = next.map(({ timeMs, value, isLate }) => `${timeMs} ${value} ${isLate}`).join()
    if (key === shown.current) return
    shown.current = key
    setRows(next)
  })
  const left = `calc(${MARGIN.left}px + ${share} * (100% - ${MARGIN.left + MARGIN.right}px))`
  return (
    <div className={styles.layer} aria-hidden="true">
      <div className={styles.line} style={{ left }} />
      {rows.length > 0 && (
        <div className={styles.panel} data-side={share > 0.5 ? 'left' : 'right'} style={{ left }}>
          <PanelHead rows={rows} />
          <table>
            <tbody>
              {rows.map((row) => (
                <PanelRow key={row.charted.device.id} row={row} metric={props.metric} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  )
}

/** Points stand side by side for all devices: what they stand for is said once. */
function PanelHead({ rows }: { readonly rows: readonly Row[] }) {
  const group = rows.find((row) => row.group)?.group
  if (!group) return null
  return (
    <p className={styles.head}>
      {formatPointStretch(group)}
      <span> · {formatStep(group.toMs - group.fromMs)} average</span>
    </p>
  )
}

function PanelRow({ row, metric }: { readonly row: Row; readonly metric: Metric }) {
  const { charted, timeMs, value, group, isLate } = row
  return (
    <tr>
      <td>
        <LineSwatch slot={charted.slot} />
      </td>
      <td className={styles.name}>{charted.device.name}</td>
      <td className={styles.value}>{formatMeasure(metric, value)}</td>
      <td className={styles.more}>{group ? groupWords(metric, group) : momentWords(timeMs)}</td>
      {isLate && <td className={styles.late}>arrived late</td>}
    </tr>
  )
}

function groupWords(metric: Metric, { low, high, count }: Group): string {
  const readings = formatCount(count, 'reading')
  if (metric.circular) return readings
  return `${formatValue(metric, low)} – ${formatValue(metric, high)}, ${readings}`
}

function momentWords(timeMs: number): string {
  const isToday = new Date(timeMs).toDateString() === new Date().toDateString()
  return isToday ? formatExactClock(timeMs) : `${formatDay(timeMs)}, ${formatExactClock(timeMs)}`
}
