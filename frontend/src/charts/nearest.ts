// The reading nearest to a moment: what the crosshair tells.
import { lowerBound } from '../live/search'
import type { BufferView } from '../live/series-buffer'

export type Reading = { readonly timeMs: number; readonly value: number }

function search(view: BufferView, values: Float64Array, from: number, step: 1 | -1): Reading | null {
  for (let row = from; row >= 0 && row < values.length; row += step) {
    const value = values[row] as number
    if (!Number.isNaN(value)) return { timeMs: view.times[row] as number, value }
  }
  return null
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
  const before = search(view, values, at - 1, -1)
  const after = search(view, values, at, 1)
  const distance = (one: Reading | null) => (one ? Math.abs(one.timeMs - timeMs) : Infinity)
  const nearest = distance(before) <= distance(after) ? before : after
  return distance(nearest) <= withinMs ? nearest : null
}
