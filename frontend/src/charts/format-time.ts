// Times as the charts write them, in the reader's own time zone.
import type { Stretch } from '../live/view-window'

const DAY_MS = 86_400_000
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

function two(number: number): string {
  return String(number).padStart(2, '0')
}

export function formatClock(timeMs: number): string {
  const time = new Date(timeMs)
  const minutes = `${two(time.getHours())}:${two(time.getMinutes())}`
  return time.getSeconds() ? `${minutes}:${two(time.getSeconds())}` : minutes
}

export function formatExactClock(timeMs: number): string {
  const time = new Date(timeMs)
  const seconds = `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`
  return `${seconds}.${String(time.getMilliseconds()).padStart(3, '0')}`
}

export function formatMonth(timeMs: number): string {
  return MONTHS[new Date(timeMs).getMonth()] ?? ''
}

export function formatDay(timeMs: number): string {
  return `${new Date(timeMs).getDate()} ${formatMonth(timeMs)}`
}

export function formatDate(timeMs: number): string {
  return `${formatDay(timeMs)} ${new Date(timeMs).getFullYear()}`
}

/** A moment of any day, to the second where that matters. */
export function formatMoment(timeMs: number): string {
  return `${formatDate(timeMs)}, ${formatClock(timeMs)}`
}

/** A moment to the minute, with the year only where it is another one. */
export function formatShortMoment(timeMs: number): string {
  const time = new Date(timeMs)
  const isThisYear = time.getFullYear() === new Date().getFullYear()
  return `${isThisYear ? formatDay(timeMs) : formatDate(timeMs)}, ${two(time.getHours())}:${two(time.getMinutes())}`
}

/** From one moment to another, saying no day twice. */
export function formatStretch({ fromMs, toMs }: Stretch): string {
  const isOneDay = formatDate(fromMs) === formatDate(toMs)
  return `${formatMoment(fromMs)} – ${isOneDay ? formatClock(toMs) : formatMoment(toMs)}`
}

/** What a point of a long line stands for: days are told as days. */
export function formatPointStretch({ fromMs, toMs }: Stretch): string {
  const days = Math.round((toMs - fromMs) / DAY_MS)
  if (days < 1 || !isMidnight(fromMs)) return formatStretch({ fromMs, toMs })
  if (days === 1) return formatDate(fromMs)
  const last = new Date(fromMs)
  last.setDate(last.getDate() + days - 1)
  return `${formatDay(fromMs)} – ${formatDate(last.getTime())}`
}

function isMidnight(timeMs: number): boolean {
  const time = new Date(timeMs)
  return time.getHours() === 0 && time.getMinutes() === 0
}
