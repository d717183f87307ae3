// Draws one metric's lines, and only when a pixel would change.
import type { ECharts } from 'echarts/core'
import type { Stretch } from '../live/view-window'
import type { Annotation } from '../protocol/annotation'
import type { Metric } from '../protocol/metric'
import { shapesOf } from './annotation-shapes'
import { forgetDrawn, noteDrawn } from './drawn'
import type { Source } from './layers'
import { baseOption, frameOption, MARGIN, type Line } from './line-options'
import { lineStyle, type Ink } from './palette'
import { traceOf, type Trace } from './trace'
import { circleAxis, valueAxis, type ValueAxis } from './value-axis'

type Drawing = { readonly sources: readonly Source[]; readonly stretch: Stretch; readonly pixels: number }

export class LinePainter {
  private chart: ECharts | null = null
  private metric: Metric
  private ink: Ink | null = null
  private drawnKey = ''
  private drawnIds = ''
  private empty = false
  private annotations: readonly Annotation[] = []
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

  annotate(annotations: readonly Annotation[]): void {
    if (annotations === this.annotations) return
    this.annotations = annotations
    this.drawnKey = ''
  }

  /** How wide the plot is; null while there is none. */
  pixels(): number | null {
    return this.chart && Math.max(1, Math.round(this.chart.getWidth() - MARGIN.left - MARGIN.right))
  }

  /** Whether the last picture has no line in it. */
  isEmpty(): boolean {
    return this.empty
  }

  /** At once, and not with the next tick: a canvas that changed its size is empty. */
  repaint(): void {
    this.drawnKey = ''
    if (this.last) this.paint(this.last.sources, this.last.stretch)
  }

  paint(sources: readonly Source[], stretch: Stretch): void {
    this.last = { sources, stretch }
    const pixels = this.pixels()
    if (pixels === null || !this.ink) return
    const drawing = { sources, stretch, pixels }
    const key = keyOf(drawing)
    if (key === this.drawnKey) return
    this.drawnKey = key
    this.draw(drawing, this.ink)
  }

  private draw({ sources, stretch, pixels }: Drawing, ink: Ink): void {
    const circle = this.metric.circular ? 360 : undefined
    const ask = { ...stretch, pixels, circle, metric: this.metric.name }
    const traces = new Map(sources.map((source) => [source.device, traceOf(source, ask)]))
    const lines = sources.flatMap(({ device, slot }): Line[] => {
      const trace = traces.get(device)
      return trace ? [{ id: device, ...trace, style: lineStyle(ink, slot) }] : []
    })
    const axis = this.axis([...traces.values()])
    const late = sources.flatMap((source) => source.late.filter((one) => overlaps(one, stretch)))
    const annotations = shapesOf(this.annotations, stretch, pixels)
    const colors = { lateColor: ink.late, annotationColor: ink.annotation }
    this.give(frameOption({ ...stretch, axis, pixels, lines, late, annotations, ...colors }))
    this.empty = [...traces.values()].every(({ data }) => data.length === 0)
    noteDrawn(this.metric.name, traces)
  }

  private give(option: ReturnType<typeof frameOption>): void {
    const ids = option.series.map(({ id }) => id).join()
    this.chart?.setOption(
      option,
      ids === this.drawnIds ? { lazyUpdate: false } : { replaceMerge: ['series'] },
    )
    this.drawnIds = ids
  }

  private axis(traces: readonly Trace[]): ValueAxis {
    const minimum = Math.min(...traces.map((one) => one.minimum))
    const maximum = Math.max(...traces.map((one) => one.maximum))
    return this.metric.circular ? circleAxis(minimum) : valueAxis(minimum, maximum, this.metric.decimals)
  }

  private applyBase(): void {
    if (!this.chart || !this.ink) return
    this.chart.setOption(baseOption(this.ink), { notMerge: true })
    this.drawnIds = ''
  }
}

/** The same as long as no pixel would change. */
function keyOf({ sources, stretch: { fromMs, toMs }, pixels }: Drawing): string {
  const pixelMs = (toMs - fromMs) / pixels
  const versions = sources.map((one) => `${one.device}/${one.slot}/${one.version}/${one.wholeFromMs}`).join()
  return [versions, pixels, Math.round(toMs - fromMs), Math.floor(toMs / pixelMs)].join('|')
}

function overlaps(one: Stretch, { fromMs, toMs }: Stretch): boolean {
  return one.fromMs <= toMs && one.toMs >= fromMs
}
