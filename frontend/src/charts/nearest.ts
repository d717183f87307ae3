// What is nearest to a moment, a reading or a point that stands for many: what the crosshair tells.
import { pointStretch, type Piece } from '../live/piece'
import { lowerBound } from '../live/search'
import type { BufferView } from '../live/series-buffer'
import type { Stretch } from '../live/view-window'
import { breakMs, pieceBreakMs } from './break-time'
import { layersOf, type Source } from './layers'

/** What a point of a long line stands for. */
export type Group = Stretch & { readonly low: number; readonly high: number; readonly count: number }

export type Reading = { readonly timeMs: number; readonly value: number; readonly group: Group | null }

function search(view: BufferView, values: Float64Array, from: number, step: 1 | -1): Reading | null {
  for (let row = from; row >= 0 && row < values.length; row += step) {
    const value = values[row] as number
    if (!Number.isNaN(value)) return { timeMs: view.times[row] as number, value, group: null }
  }
  return null
}

function nearer(one: Reading | null, other: Reading | null, timeMs: number): Reading | null {
  const distance = (reading: Reading | null) => (reading ? Math.abs(reading.timeMs - timeMs) : Infinity)
  return distance(one) <= distance(other) ? one : other
}

function within(reading: Reading | null, timeMs: number, reachMs: number): Reading | null {
  return reading && Math.abs(reading.timeMs - timeMs) <= reachMs ? reading : null
}

export function nearestReading(
  view: BufferView | undefined,
  metric: string,
  timeMs: number,
  withinMs: number,
): Reading | null {
  const values = view?.column(metric)
  if (!view || !values) return null
  const at = lowerBound(view.times, timeMs)
  const nearest = nearer(search(view, values, at - 1, -1), search(view, values, at, 1), timeMs)
  return within(nearest, timeMs, withinMs)
}

export function pointAt(piece: Piece, row: number): Reading | null {
  const timeMs = piece.drawnMs[row]
  if (timeMs === undefined) return null
  const value = piece.mean[row] as number
  if (piece.stepMs === 0) return { timeMs, value, group: null }
  const { low, high, count } = piece
  const group = { low: low[row] as number, high: high[row] as number, count: count[row] as number }
  return { timeMs, value, group: { ...group, ...pointStretch(piece, row) } }
}

function nearestPoint(piece: Piece, timeMs: number, withinMs: number): Reading | null {
  const at = lowerBound(piece.drawnMs, timeMs)
  return within(nearer(pointAt(piece, at - 1), pointAt(piece, at), timeMs), timeMs, withinMs)
}

/** The nearest of all that is drawn around a moment. */
export function nearestDrawn(
  source: Source,
  metric: string,
  timeMs: number,
  reachMs: number,
): Reading | null {
  let nearest: Reading | null = null
  for (const layer of layersOf(source, { fromMs: timeMs - reachMs, toMs: timeMs + reachMs + 1 })) {
    const view = source.view()
    const values = view?.column(metric)
    const found = layer.piece
      ? nearestPoint(layer.piece, timeMs, pieceBreakMs(layer.piece, source.intervalMs))
      : view && values
        ? nearestReading(view, metric, timeMs, breakMs(view.times, values, source.intervalMs))
        : null
    if (found && found.timeMs >= layer.fromMs && found.timeMs < layer.toMs) {
      nearest = nearer(nearest, found, timeMs)
    }
  }
  return nearest
}
