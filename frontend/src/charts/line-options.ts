// What ECharts is told: pure functions from data to options.
import { formatClock } from './format-time'
import type { Ink, LineStyle } from './palette'
import { axisTicks, stepDecimals, type ValueAxis } from './value-axis'

export const MARGIN = { left: 56, right: 24, top: 12, bottom: 26 }
const NARROW = 420

export type Line = { readonly id: string; readonly data: Float64Array; readonly style: LineStyle }

export type Frame = {
  readonly fromMs: number
  readonly toMs: number
  readonly axis: ValueAxis
  readonly pixels: number
  readonly lines: readonly Line[]
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
      type: 'time' as const,
      axisLabel: { ...label, hideOverlap: true, formatter: formatClock },
      axisLine: { lineStyle: { color: ink.axis } },
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
export function frameOption({ fromMs, toMs, axis, pixels, lines }: Frame) {
  const ticks = axisTicks(axis)
  return {
    xAxis: { min: fromMs, max: toMs, splitNumber: pixels < NARROW ? 2 : 5 },
    yAxis: {
      min: axis.min,
      max: axis.max,
      axisTick: { customValues: ticks },
      axisLabel: {
        customValues: ticks,
        formatter: (value: number) => value.toFixed(stepDecimals(axis.step)),
      },
    },
    series: lines.map(({ id, data, style }) => ({
      id,
      type: 'line' as const,
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
    })),
  }
}
