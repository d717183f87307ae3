// What ECharts is told: pure functions from data to options.
import type { Stretch } from '../live/view-window'
import { annotationSeries, type AnnotationShapes } from './annotation-shapes'
import type { Band } from './band'
import { bandSeries, lateSeries } from './band-options'
import type { Ink, LineStyle } from './palette'
import { timeTicks } from './time-ticks'
import { axisTicks, stepDecimals, type ValueAxis } from './value-axis'

export const MARGIN = { left: 56, right: 24, top: 12, bottom: 26 }
const LABEL_PIXELS = 84

export type Line = {
  readonly id: string
  readonly data: Float64Array
  readonly bands: readonly Band[]
  readonly style: LineStyle
}

export type Frame = Stretch & {
  readonly axis: ValueAxis
  readonly pixels: number
  readonly lines: readonly Line[]
  readonly late: readonly Stretch[]
  readonly lateColor: string
  readonly annotations: AnnotationShapes
  readonly annotationColor: string
}

/** What stays while the data moves: axes, colours, margins. */
export function baseOption(ink: Ink) {
  const { fontFamily } = ink
  const label = { color: ink.text, fontFamily, fontSize: 11 }
  return {
    animation: false,
    textStyle: { fontFamily },
    grid: { ...MARGIN, outerBoundsMode: 'none' as const },
    xAxis: {
      // Not ECharts' own axis of time: its labels follow its own rules.
      type: 'value' as const,
      axisLabel: { ...label, hideOverlap: true },
      axisLine: { onZero: false, lineStyle: { color: ink.axis } },
      axisTick: { show: false },
      splitLine: { show: false },
    },
    yAxis: {
      type: 'value' as const,
      axisLabel: label,
      axisLine: { show: false },
      axisTick: { show: false },
      splitLine: { lineStyle: { color: ink.grid } },
    },
    series: [],
  }
}

/** What changes with each drawing. */
export function frameOption(frame: Frame) {
  const { axis, lines, late, lateColor, annotations, annotationColor } = frame
  const banded = lines.filter(({ bands }) => bands.length > 0)
  return {
    xAxis: timeAxis(frame),
    yAxis: measureAxis(axis),
    series: [
      ...annotationSeries(annotations, axis.min, annotationColor),
      ...banded.map(({ id, bands, style }) => bandSeries(id, bands, style.color)),
      ...lines.map(lineSeries),
      ...(late.length ? [lateSeries(late, axis.min, lateColor)] : []),
    ],
  }
}

function timeAxis({ fromMs, toMs, pixels }: Frame) {
  const ticks = timeTicks({ fromMs, toMs }, Math.max(2, Math.floor(pixels / LABEL_PIXELS)))
  const words = new Map(ticks.map((tick) => [tick.timeMs, tick.words]))
  const customValues = ticks.map(({ timeMs }) => timeMs)
  return {
    min: fromMs,
    max: toMs,
    axisTick: { customValues },
    axisLabel: { customValues, formatter: (timeMs: number) => words.get(timeMs) ?? '' },
  }
}

function measureAxis(axis: ValueAxis) {
  const customValues = axisTicks(axis)
  return {
    min: axis.min,
    max: axis.max,
    axisTick: { customValues },
    axisLabel: {
      customValues,
      formatter: (value: number) => value.toFixed(stepDecimals(axis.step)),
    },
  }
}

function lineSeries({ id, data, style }: Line) {
  return {
    id,
    type: 'line' as const,
    z: 2,
    data,
    dimensions: ['time', 'value'],
    showSymbol: false,
    silent: true,
    animation: false,
    emphasis: { disabled: true },
    lineStyle: {
      color: style.color,
      width: 1.75,
      type: style.dashed ? [6, 4] : ('solid' as const),
      join: 'round' as const,
      cap: 'round' as const,
    },
  }
}
