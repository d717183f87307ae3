// After how long a silence a line is broken: judged by how often the device really sends.

const SHORTEST_MS = 5_000
const FACTOR = 5
const SAMPLE = 32

// Of two middles the lower one: among a few spacings one long silence must not count as the habit.
function median(numbers: number[]): number {
  numbers.sort((a, b) => a - b)
  return numbers[(numbers.length - 1) >> 1] ?? 0
}

export function breakMs(times: Float64Array, values: Float64Array, intervalMs: number): number {
  const spacings: number[] = []
  let later = NaN
  for (let row = times.length - 1; row >= 0 && spacings.length < SAMPLE; row--) {
    if (Number.isNaN(values[row])) continue
    const timeMs = times[row] as number
    if (!Number.isNaN(later)) spacings.push(later - timeMs)
    later = timeMs
  }
  return Math.max(SHORTEST_MS, FACTOR * intervalMs, FACTOR * median(spacings))
}
