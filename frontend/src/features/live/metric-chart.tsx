// One metric of all charted devices over the window, with the shared crosshair.
import type { ECharts } from 'echarts/core'
import { useEffect, useState, type PointerEvent } from 'react'
import { Chart } from '../../charts/chart'
import { MARGIN } from '../../charts/line-options'
import { LinePainter, type Source } from '../../charts/line-painter'
import { readInk } from '../../charts/palette'
import { Button } from '../../components/button'
import { Icon } from '../../components/icon'
import { useTheme } from '../../components/theme'
import { useNow } from '../../components/use-now'
import type { Live } from '../../live/live'
import { useLive, useLiveState, usePainter } from '../../live/use-live'
import { spanMs } from '../../live/view-window'
import type { Metric } from '../../protocol/metric'
import { chartSummary } from './chart-summary'
import type { ChartedDevice } from './charted-devices'
import { pointAt } from './crosshair'
import { HoverPanel } from './hover-panel'
import styles from './metric-chart.module.css'

type MetricChartProps = {
  readonly metric: Metric
  readonly charted: readonly ChartedDevice[]
  readonly onTable: (metric: Metric) => void
  readonly onDescribe?: ((metric: Metric) => void) | undefined
}

function sourceOf(live: Live, { device, slot }: ChartedDevice): Source {
  return {
    device: device.id,
    version: live.readings.version(device.id),
    intervalMs: device.intervalMs,
    slot,
    view: () => live.readings.view(device.id),
  }
}

function followPointer(event: PointerEvent<HTMLElement>): void {
  const box = event.currentTarget.getBoundingClientRect()
  const width = box.width - MARGIN.left - MARGIN.right
  pointAt((event.clientX - box.left - MARGIN.left) / width)
}

export function MetricChart({ metric, charted, onTable, onDescribe }: MetricChartProps) {
  const live = useLive()
  const theme = useTheme()
  const [painter] = useState(() => new LinePainter(metric))
  const measuring = charted.filter(({ device }) => device.metrics.includes(metric.name))
  useEffect(() => painter.restyle(metric, readInk()), [painter, metric, theme.shown])
  usePainter(() =>
    painter.paint(
      measuring.map((one) => sourceOf(live, one)),
      live.stretch(),
    ),
  )
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
      <div
        className={styles.plot}
        onPointerMove={followPointer}
        onPointerDown={followPointer}
        onPointerLeave={() => pointAt(null)}
      >
        <ChartImage metric={metric} charted={measuring} painter={painter} />
        <HoverPanel metric={metric} charted={measuring} />
      </div>
    </section>
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
