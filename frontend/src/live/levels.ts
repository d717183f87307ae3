// Which width of points suits a stretch of time, and how the history is cut into chunks of them.
import type { Stretch } from './view-window'

const SECOND_MS = 1_000
const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

type Level = {
  readonly stepMs: number
  /** So many chunks in one request: the server looks at no more rows for it, and of readings at an hour's. */
  readonly together: number
}

/** The widths of points the server has. */
const LEVELS: readonly Level[] = [
  { stepMs: SECOND_MS, together: 5 },
  { stepMs: 2 * SECOND_MS, together: 4 },
  { stepMs: 5 * SECOND_MS, together: 1 },
  { stepMs: MINUTE_MS, together: 5 },
  { stepMs: 2 * MINUTE_MS, together: 5 },
  { stepMs: 5 * MINUTE_MS, together: 3 },
  { stepMs: 15 * MINUTE_MS, together: 5 },
  { stepMs: 30 * MINUTE_MS, together: 5 },
  { stepMs: HOUR_MS, together: 5 },
  { stepMs: 2 * HOUR_MS, together: 5 },
  { stepMs: 3 * HOUR_MS, together: 5 },
  { stepMs: 6 * HOUR_MS, together: 2 },
  { stepMs: DAY_MS, together: 5 },
  { stepMs: 2 * DAY_MS, together: 5 },
  { stepMs: 7 * DAY_MS, together: 2 },
]

export const STEPS_MS: readonly number[] = LEVELS.map(({ stepMs }) => stepMs)

/** The most points a server gives in one answer. */
const MOST_POINTS = 2_000
export const CHUNK_POINTS = 400
// There are few widths: a little finer than pixels is nearer to them than much coarser.
const POINTS_PER_PIXEL = 1.5
const FEWEST_PIXELS = 100

/** The finest width of which not too many points lie in the stretch. */
export function stepFor(spanMs: number, pixels: number): number {
  const most = Math.min(Math.max(pixels, FEWEST_PIXELS) * POINTS_PER_PIXEL, MOST_POINTS)
  return STEPS_MS.find((stepMs) => spanMs / stepMs <= most) ?? 7 * DAY_MS
}

/** How many neighbouring chunks may be asked for at once. */
export function chunksTogether(stepMs: number): number {
  return LEVELS.find((level) => level.stepMs === stepMs)?.together ?? 1
}

export function chunkMs(stepMs: number): number {
  return stepMs * CHUNK_POINTS
}

/** The numbers of the chunks that touch a stretch, ascending. */
export function chunkNumbers({ fromMs, toMs }: Stretch, stepMs: number): number[] {
  const first = Math.max(0, Math.floor(fromMs / chunkMs(stepMs)))
  const last = Math.ceil(toMs / chunkMs(stepMs)) - 1
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index)
}

export function chunkStretch(number: number, stepMs: number): Stretch {
  return { fromMs: number * chunkMs(stepMs), toMs: (number + 1) * chunkMs(stepMs) }
}
