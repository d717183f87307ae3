// Binary search in ascending times.

/** The first index in [start, end) whose time is not before `timeMs`; `end` when there is none. */
export function lowerBound(times: ArrayLike<number>, timeMs: number, start = 0, end = times.length): number {
  let low = start
  let high = end
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((times[middle] ?? Infinity) < timeMs) low = middle + 1
    else high = middle
  }
  return low
}
