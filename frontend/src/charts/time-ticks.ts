// Where the axis of time is labelled, and with what words: round moments of the reader's own clock and calendar.
import type { Stretch } from '../live/view-window'
import { formatClock, formatDay, formatMonth } from './format-time'

const SECOND_MS = 1_000
const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

type Unit = 'part' | 'hour' | 'day' | 'month' | 'year'
type Step = { readonly unit: Unit; readonly count: number; readonly ms: number }

const steps = (unit: Unit, ms: number, counts: readonly number[]): Step[] =>
  counts.map((count) => ({ unit, count, ms: count * ms }))

const LONGEST: Step = { unit: 'year', count: 5, ms: 5 * 365.25 * DAY_MS }
const STEPS: readonly Step[] = [
  ...steps('part', SECOND_MS, [1, 2, 5, 10, 15, 30]),
  ...steps('part', MINUTE_MS, [1, 2, 5, 10, 15, 30]),
  ...steps('hour', HOUR_MS, [1, 2, 3, 6, 12]),
  ...steps('day', DAY_MS, [1, 2, 4, 7, 14]),
  ...steps('month', 30.4 * DAY_MS, [1, 2, 3, 6]),
  ...steps('year', 365.25 * DAY_MS, [1, 2]),
]

export type TimeTick = { readonly timeMs: number; readonly words: string }

export function timeTicks({ fromMs, toMs }: Stretch, most: number): TimeTick[] {
  const step = STEPS.find(({ ms }) => (toMs - fromMs) / ms <= most) ?? LONGEST
  const ticks: TimeTick[] = []
  let lastMs = -Infinity
  for (let timeMs = first(fromMs, step); timeMs <= toMs; timeMs = next(timeMs, step)) {
    // Where the clock is set forward, two of its moments may be one.
    if (timeMs >= fromMs && timeMs > lastMs) ticks.push({ timeMs, words: wordsFor(timeMs, step) })
    lastMs = timeMs
  }
  return ticks
}

function first(fromMs: number, { unit, count, ms }: Step): number {
  const time = new Date(fromMs)
  const [year, month, day] = [time.getFullYear(), time.getMonth(), time.getDate()]
  switch (unit) {
    case 'part': {
      const hourMs = new Date(year, month, day, time.getHours()).getTime()
      return hourMs + Math.floor((fromMs - hourMs) / ms) * ms
    }
    case 'hour':
      return new Date(year, month, day, Math.floor(time.getHours() / count) * count).getTime()
    case 'day':
      return new Date(year, month, firstOf(day - 1, count) + 1).getTime()
    case 'month':
      return new Date(year, firstOf(month, count), 1).getTime()
    case 'year':
      return new Date(firstOf(year, count), 0, 1).getTime()
  }
}

const firstOf = (number: number, count: number) => Math.floor(number / count) * count

function next(timeMs: number, { unit, count, ms }: Step): number {
  const time = new Date(timeMs)
  const [year, month, day] = [time.getFullYear(), time.getMonth(), time.getDate()]
  switch (unit) {
    case 'part':
      return timeMs + ms
    case 'hour':
      return later(timeMs, ms, () => new Date(year, month, day, time.getHours() + count).getTime())
    case 'day':
      return nextDay(year, month, day, count)
    case 'month':
      return new Date(year, month + count, 1).getTime()
    case 'year':
      return new Date(year + count, 0, 1).getTime()
  }
}

/** In the hour that comes twice the clock shows the same again: then on by as much time. */
function later(timeMs: number, ms: number, moment: () => number): number {
  const nextMs = moment()
  return nextMs > timeMs ? nextMs : timeMs + ms
}

/** Each month begins anew, and no label stands close before its first day. */
function nextDay(year: number, month: number, day: number, count: number): number {
  const daysLeft = new Date(year, month + 1, 0).getDate() - day
  const isLast = count > 1 && daysLeft < count + count / 2
  return (isLast ? new Date(year, month + 1, 1) : new Date(year, month, day + count)).getTime()
}

function wordsFor(timeMs: number, { unit }: Step): string {
  const time = new Date(timeMs)
  const isMidnight = time.getHours() === 0 && time.getMinutes() === 0 && time.getSeconds() === 0
  switch (unit) {
    case 'part':
    case 'hour':
      return isMidnight ? formatDay(timeMs) : formatClock(timeMs)
    case 'day':
      return formatDay(timeMs)
    case 'month':
      return time.getMonth() === 0 ? String(time.getFullYear()) : formatMonth(timeMs)
    case 'year':
      return String(time.getFullYear())
  }
}
