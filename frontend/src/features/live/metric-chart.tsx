// One metric of all charted devices over the window, with the shared crosshair.
import type { ECharts } from 'echarts/core'
import { useEffect, useRef, useState } from 'react'
import { Chart } from '../../charts/chart'
import { LinePainter } from '../../charts/line-painter'
import { readInk } from '../../charts/palette'
import { Button } from '../../components/button'
import { Icon } from '../../components/icon'
import { useTheme } from '../../components/theme'
import { useNow } from '../../components/use-now'
import { useLive, useLiveState, usePainter } from '../../live/use-live'
import { spanMs } from '../../live/view-window'
import type { Metric } from '../../protocol/metric'
import { NoteMarkers } from '../notes/note-markers'
import type { Notes } from '../notes/use-notes'
import { chartSummary } from './chart-summary'
import type { ChartedDevice } from './charted-devices'
import { HoverPanel } from './hover-panel'
import styles from './metric-chart.module.css'
import { sourceOf } from './source'
import { TimePlot } from './time-plot'

// Between a window and the first question for it there is a moment.
const SURE_MS = 600

type MetricChartProps = {
  readonly metric: Metric
  readonly charted: readonly ChartedDevice[]
  readonly onTable: (metric: Metric) => void
  readonly onDescribe?: ((metric: Metric) => void) | undefined
  readonly notes: Notes
  readonly onNote?: ((timeMs: number | null) => void) | undefined
  readonly onReadNotes: (ids: readonly string[]) => void
}

export function MetricChart(props: MetricChartProps) {
  const { metric, charted, onTable, onDescribe, notes, onNote, onReadNotes } = props
  const live = useLive()
  const theme = useTheme()
  const [painter] = useState(() => new LinePainter(metric))
  const measuring = charted.filter(({ device }) => device.metrics.includes(metric.name))
  useEffect(() => painter.restyle(metric, readInk()), [painter, metric, theme.shown])
  usePainter(() => {
    const sources = measuring.map((one) => sourceOf(live, metric.name, one))
    painter.annotate(notes)
    painter.paint(sources, live.stretch())
    const pixels = painter.pixels()
    if (pixels !== null) live.fit(pixels)
  })
  return (
    <section className={styles.panel} data-testid={`chart-${metric.name}`} aria-label={metric.label}>
      <header className={styles.header}>
        <h3>
          {metric.label} {metric.unit && <span className={styles.unit}>{metric.unit}</span>}
        </h3>
        {onDescribe && <DescribeButton metric={metric} onDescribe={onDescribe} />}
        <Button weight="quiet" small onClick={() => onTable(metric)} aria-label={`${metric.label} as table`}>
          <Icon name="table" />
          Table
        </Button>
      </header>
      <TimePlot label={metric.label} onNote={onNote}>
        <ChartImage metric={metric} charted={measuring} painter={painter} />
        <HoverPanel metric={metric} charted={measuring} />
        <EmptyNote painter={painter} />
        <NoteMarkers
          label={metric.label}
          notes={notes}
          pixels={() => painter.pixels()}
          onOpen={onReadNotes}
        />
      </TimePlot>
    </section>
  )
}

/** Says so where nothing was measured; not while it may still be on its way. */
function EmptyNote({ painter }: { readonly painter: LinePainter }) {
  const live = useLive()
  const note = useRef<HTMLParagraphElement>(null)
  const emptySinceMs = useRef<number | null>(null)
  usePainter((frameMs) => {
    const { loaded, history } = live.store.getState()
    const isEmpty = loaded && painter.isEmpty() && history.loading === 0 && !history.failed
    emptySinceMs.current = isEmpty ? (emptySinceMs.current ?? frameMs) : null
    const isSure = emptySinceMs.current !== null && frameMs - emptySinceMs.current > SURE_MS
    if (note.current && note.current.hidden === isSure) note.current.hidden = !isSure
  })
  return (
    <p ref={note} className={styles.empty} hidden>
      No readings in this window
    </p>
  )
}

type DescribeButtonProps = { readonly metric: Metric; readonly onDescribe: (metric: Metric) => void }

function DescribeButton({ metric, onDescribe }: DescribeButtonProps) {
  const described = metric.unit !== '' || metric.label !== metric.name
  return (
    <Button
      weight="quiet"
      small
      className={styles.describe}
      data-described={described}
      aria-label={described ? `Describe ${metric.label}` : `Name this metric: ${metric.label}`}
      onClick={() => onDescribe(metric)}
    >
      <Icon name="edit" />
      {!described && 'Name this metric'}
    </Button>
  )
}

type ChartImageProps = {
  readonly metric: Metric
  readonly charted: readonly ChartedDevice[]
  readonly painter: LinePainter
}

function ChartImage({ metric, charted, painter }: ChartImageProps) {
  const live = useLive()
  const view = useLiveState((state) => state.view)
  useNow(5_000)
  const newest = charted.map(({ device }) => ({
    name: device.name,
    value: live.latest(device.id).get(metric.name)?.value,
  }))
  return (
    <div role="img" aria-label={chartSummary(metric, spanMs(view), newest)} className={styles.image}>
      <Chart
        className={styles.canvas}
        onReady={(chart: ECharts) => painter.attach(chart)}
        onResize={() => painter.repaint()}
        onGone={() => painter.detach()}
      />
    </div>
  )
}
