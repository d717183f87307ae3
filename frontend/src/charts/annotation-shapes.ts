// What is drawn of annotations behind the lines: a band for a span, a thin line for a moment and for a span's ends.
import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemParams } from 'echarts/types/dist/shared'
import { touches } from '../live/annotations'
import type { Stretch } from '../live/view-window'
import type { Annotation } from '../protocol/annotation'
import { groupsOf } from './annotation-markers'

export type AnnotationShapes = { readonly bands: readonly Stretch[]; readonly linesMs: readonly number[] }

// An end nearer to another line than this shows by its band alone.
const APART_PX = 12
const STILL = { type: 'custom' as const, silent: true, animation: false, clip: true, z: 0 }

/** However many there are: a pixel is shaded once, a marker has one line, and ends have one where there is room. */
export function shapesOf(
  annotations: readonly Annotation[],
  stretch: Stretch,
  pixels: number,
): AnnotationShapes {
  const pixelMs = (stretch.toMs - stretch.fromMs) / pixels
  const spans = annotations.flatMap((one) =>
    one.endMs !== null && touches(one, stretch) ? [{ fromMs: one.startMs, toMs: one.endMs }] : [],
  )
  const isSeen = (timeMs: number) => timeMs >= stretch.fromMs && timeMs <= stretch.toMs
  const startsMs = groupsOf(annotations, pixelMs).flatMap((group) => {
    const first = group.find((one) => touches(one, stretch))
    return first ? [first.startMs] : []
  })
  const linesMs = startsMs.filter(isSeen)
  const endsMs = apartFrom(linesMs, spans.map(({ toMs }) => toMs).filter(isSeen), APART_PX * pixelMs)
  return { bands: united(spans.map((span) => clipped(span, stretch))), linesMs: [...linesMs, ...endsMs] }
}

function clipped(span: Stretch, { fromMs, toMs }: Stretch): Stretch {
  return { fromMs: Math.max(span.fromMs, fromMs), toMs: Math.min(span.toMs, toMs) }
}

function united(spans: readonly Stretch[]): Stretch[] {
  const result: Stretch[] = []
  for (const span of [...spans].sort((one, other) => one.fromMs - other.fromMs)) {
    const last = result.at(-1)
    if (!last || last.toMs < span.fromMs) result.push(span)
    else result[result.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, span.toMs) }
  }
  return result
}

function apartFrom(linesMs: readonly number[], endsMs: readonly number[], apartMs: number): number[] {
  const kept: number[] = []
  for (const endMs of endsMs) {
    const isNear = (timeMs: number) => Math.abs(timeMs - endMs) < apartMs
    if (!linesMs.some(isNear) && !kept.some(isNear)) kept.push(endMs)
  }
  return kept
}

export function annotationSeries({ bands, linesMs }: AnnotationShapes, bottom: number, color: string) {
  return [
    ...(bands.length ? [bandSeries(bands, bottom, color)] : []),
    ...(linesMs.length ? [lineSeries(linesMs, bottom, color)] : []),
  ]
}

function bandSeries(bands: readonly Stretch[], bottom: number, color: string) {
  return {
    ...STILL,
    id: 'annotation-bands',
    data: bands.map(({ fromMs }) => [fromMs, bottom]),
    renderItem: (params: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI) => {
      const { fromMs, toMs } = bands[params.dataIndex] ?? { fromMs: 0, toMs: 0 }
      const [x = 0] = api.coord([fromMs, bottom])
      const [end = 0] = api.coord([toMs, bottom])
      const { y, height } = plotOf(params)
      const shape = { x, y, width: Math.max(1, end - x), height }
      return { type: 'rect' as const, silent: true, shape, style: { fill: color, opacity: 0.08 } }
    },
  }
}

function lineSeries(linesMs: readonly number[], bottom: number, color: string) {
  return {
    ...STILL,
    id: 'annotation-lines',
    data: linesMs.map((timeMs) => [timeMs, bottom]),
    renderItem: (params: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI) => {
      const [at = 0] = api.coord([linesMs[params.dataIndex] ?? 0, bottom])
      const { y, height } = plotOf(params)
      const x = Math.round(at) + 0.5
      return {
        type: 'line' as const,
        silent: true,
        shape: { x1: x, y1: y, x2: x, y2: y + height },
        style: { stroke: color, lineWidth: 1, lineDash: [3, 3], opacity: 0.7 },
      }
    },
  }
}

function plotOf({ coordSys }: CustomSeriesRenderItemParams): { y: number; height: number } {
  const { y = 0, height = 0 } = coordSys as { y?: number; height?: number }
  return { y, height }
}
