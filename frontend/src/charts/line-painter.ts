// Draws one metric's lines, and only when a pixel would change.
import type { ECharts } from 'echarts/core'
import type { BufferView } from '../live/series-buffer'
import type { Stretch } from '../live/view-window'
import type { Metric } from '../protocol/metric'
import { visiblePoints, type Points } from './bins'
import { breakMs } from './break-time'
import { forgetDrawn, noteDrawn } from './drawn'
import { baseOption, frameOption, MARGIN, type Line } from './line-options'
import { lineStyle, type Ink } from './palette'
import { circleAxis, valueAxis, type ValueAxis } from './value-axis'

export type Source = {
  readonly device: string
  readonly version: number
  readonly intervalMs: number
  readonly slot: number
  readonly view: () => BufferView | undefined
}

const EMPTY: Points = { data: new Float64Array(), minimum: Infinity, maximum: -Infinity }

export class LinePainter {
  private chart: ECharts | null = null
  private metric: Metric
  private ink: Ink | null = null
  private drawnKey = ''
  private drawnIds = ''
  private last: { sources: readonly Source[]; stretch: Stretch } | null = null

  constructor(metric: Metric) {
    this.metric = metric
  }

  attach(chart: ECharts): void {
    this.chart = chart
    this.drawnKey = ''
    this.applyBase()
  }

  detach(): void {
    this.chart = null
    forgetDrawn(this.metric.name)
  }

  restyle(metric: Metric, ink: Ink): void {
    this.metric = metric
    this.ink = ink
    this.drawnKey = ''
    this.applyBase()
  }

  /** At once, and not with the next tick: a canvas that changed its size is empty. */
  repaint(): void {
    this.drawnKey = ''
    if (this.last) this.paint(this.last.sources, this.last.stretch)
  }

  paint(sources: readonly Source[], stretch: Stretch): void {
    this.last = { sources, stretch }
    const { fromMs, toMs } = stretch
    const { chart, ink } = this
    if (!chart || !ink) return
    const pixels = Math.max(1, Math.round(chart.getWidth() - MARGIN.left - MARGIN.right))
    const binMs = (toMs - fromMs) / pixels
    const ids = sources.map((source) => `${source.device}/${source.slot}`).join()
    const versions = sources.map((source) => source.version).join()
    const key = [ids, versions, pixels, Math.round(toMs - fromMs), Math.floor(toMs / binMs)].join('|')
    if (key === this.drawnKey) return
    this.drawnKey = key
    this.draw(chart, ink, { sources, ids, fromMs, toMs, pixels })
  }

  private draw(
    chart: ECharts,
    ink: Ink,
    ask: Stretch & { sources: readonly Source[]; ids: string; pixels: number },
  ) {
    const { sources, fromMs, toMs, pixels } = ask
    const points = sources.map((source) => this.points(source, { fromMs, toMs, pixels }))
    const lines = sources.map((source, index): Line => {
      const { data } = points[index] ?? EMPTY
      return { id: source.device, data, style: lineStyle(ink, source.slot) }
    })
    const frame = frameOption({ fromMs, toMs, axis: this.axis(points), pixels, lines })
    const sameLines = ask.ids === this.drawnIds
    chart.setOption(frame, sameLines ? { lazyUpdate: false } : { replaceMerge: ['series'] })
    this.drawnIds = ask.ids
    noteDrawn(this.metric.name, new Map(lines.map(({ id, data }) => [id, data])))
  }

  private points(source: Source, span: Stretch & { pixels: number }): Points {
    const view = source.view()
    const values = view?.column(this.metric.name)
    if (!view || !values) return EMPTY
    return visiblePoints(view.times, values, {
      ...span,
      breakMs: breakMs(view.times, values, source.intervalMs),
      circle: this.metric.circular ? 360 : undefined,
    })
  }

  private axis(points: readonly Points[]): ValueAxis {
    const minimum = Math.min(...points.map((one) => one.minimum))
    const maximum = Math.max(...points.map((one) => one.maximum))
    return this.metric.circular ? circleAxis(minimum) : valueAxis(minimum, maximum, this.metric.decimals)
  }

  private applyBase(): void {
    if (!this.chart || !this.ink) return
    this.chart.setOption(baseOption(this.ink), { notMerge: true })
    this.drawnIds = ''
  }
}
