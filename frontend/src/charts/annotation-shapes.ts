// What is drawn of annotations behind the lines: a band for a span, a thin line for a moment and for a span's ends.
import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemParams } from 'echarts/types/dist/shared'
import { touches } from '../live/annotations'
import type { Stretch } from '../live/view-window'
import type { Annotation } from '../protocol/annotation'

export type AnnotationShapes = { readonly bands: readonly Stretch[]; readonly linesMs: readonly number[] }

// Lines nearer to each other than this would be a grey block.
const APART_PX = 3
const STILL = { type: 'custom' as const, silent: true, animation: false, clip: true, z: 0 }

/** However many there are, a pixel is shaded once, and no two lines stand side by side. */
export function shapesOf(
  annotations: readonly Annotation[],
  stretch: Stretch,
  pixels: number,
): AnnotationShapes {
  const seen = annotations.filter((one) => touches(one, stretch))
  const spans = seen.flatMap(({ startMs, endMs }) =>
    endMs === null ? [] : [{ fromMs: startMs, toMs: endMs }],
  )
  const edgesMs = seen.flatMap(({ startMs, endMs }) => (endMs === null ? [startMs] : [startMs, endMs]))
  const apartMs = (APART_PX * (stretch.toMs - stretch.fromMs)) / pixels
  const visibleMs = edgesMs.filter((timeMs) => timeMs >= stretch.fromMs && timeMs <= stretch.toMs)
  return { bands: united(spans.map((span) => clipped(span, stretch))), linesMs: thinned(visibleMs, apartMs) }
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

/** One of each place on a raster that stands still, so that none flickers while time goes on. */
function thinned(timesMs: readonly number[], apartMs: number): number[] {
  const places = new Map<number, number>()
  for (const timeMs of timesMs) {
    const place = Math.floor(timeMs / apartMs)
    if (!places.has(place)) places.set(place, timeMs)
  }
  return [...places.values()]
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
