// After how long a silence a line is broken: judged by how often the device really sends.
import type { Piece } from '../live/piece'

const SHORTEST_MS = 5_000
const FACTOR = 5
const SAMPLE = 32
// One lacking point is a gap; but days are not equally long.
const POINT_FACTOR = 1.5
// A device that sends less often than there are points: its own habit counts.
const SPARSE_FACTOR = 2.5

// Of two middles the lower one: among a few spacings one long silence must not count as the habit.
function median(numbers: number[]): number {
  numbers.sort((a, b) => a - b)
  return numbers[(numbers.length - 1) >> 1] ?? 0
}

function usualSpacing(times: Float64Array, values: Float64Array): number {
  const spacings: number[] = []
  let later = NaN
  for (let row = times.length - 1; row >= 0 && spacings.length < SAMPLE; row--) {
    if (Number.isNaN(values[row])) continue
    const timeMs = times[row] as number
    if (!Number.isNaN(later)) spacings.push(later - timeMs)
    later = timeMs
  }
  return median(spacings)
}

export function breakMs(times: Float64Array, values: Float64Array, intervalMs: number): number {
  return Math.max(SHORTEST_MS, FACTOR * intervalMs, FACTOR * usualSpacing(times, values))
}

export function pieceBreakMs({ stepMs, drawnMs, startMs, mean }: Piece, intervalMs: number): number {
  if (stepMs === 0) return breakMs(drawnMs, mean, intervalMs)
  const spacing = usualSpacing(startMs, mean)
  return Math.max(POINT_FACTOR * stepMs, spacing > POINT_FACTOR * stepMs ? SPARSE_FACTOR * spacing : 0)
}
