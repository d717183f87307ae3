// One metric of all charted devices over the window, with the shared crosshair.
import type { ECharts } from 'echarts/core'
import { useEffect, useState } from 'react'
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
import { chartSummary } from './chart-summary'
import type { ChartedDevice } from './charted-devices'
import { HoverPanel } from './hover-panel'
import styles from './metric-chart.module.css'
import { sourceOf } from './source'
import { TimePlot } from './time-plot'

type MetricChartProps = {
  readonly metric: Metric
  readonly charted: readonly ChartedDevice[]
  readonly onTable: (metric: Metric) => void
  readonly onDescribe?: ((metric: Metric) => void) | undefined
}

export function MetricChart({ metric, charted, onTable, onDescribe }: MetricChartProps) {
  const live = useLive()
  const theme = useTheme()
  const [painter] = useState(() => new LinePainter(metric))
  const measuring = charted.filter(({ device }) => device.metrics.includes(metric.name))
  useEffect(() => painter.restyle(metric, readInk()), [painter, metric, theme.shown])
  usePainter(() => {
    const sources = measuring.map((one) => sourceOf(live, metric.name, one))
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
      <TimePlot label={metric.label}>
        <ChartImage metric={metric} charted={measuring} painter={painter} />
        <HoverPanel metric={metric} charted={measuring} />
      </TimePlot>
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
