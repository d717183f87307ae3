// A link to be made: from when on it shows, and until when it holds.
import type { Stretch } from '../../live/view-window'
import type { ShareSpan } from '../../protocol/share'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

export type Shows = 'from-now' | 'last-day' | 'all' | 'window'

export function spanOf(shows: Shows, window: Stretch, nowMs: number): ShareSpan {
  switch (shows) {
    case 'from-now':
      return { startMs: Math.floor(nowMs), endMs: null }
    case 'last-day':
      return { startMs: Math.floor(nowMs - DAY_MS), endMs: null }
    case 'all':
      return { startMs: null, endMs: null }
    case 'window':
      return { startMs: Math.floor(window.fromMs), endMs: Math.ceil(window.toMs) }
  }
}

export const MAX_NAME = 100

/** What a link is called that nobody has named. */
export function nameFor(devices: readonly { readonly name: string }[]): string {
  const names = devices.map(({ name }) => name).join(', ')
  return names.length <= MAX_NAME ? names : `${names.slice(0, MAX_NAME - 1)}…`
}

export const PERIODS = [
  { value: 'hour', label: 'In an hour', ms: HOUR_MS },
  { value: 'day', label: 'In a day', ms: DAY_MS },
  { value: 'week', label: 'In a week', ms: 7 * DAY_MS },
  { value: 'month', label: 'In 30 days', ms: 30 * DAY_MS },
] as const

/** NaN where no time was written that could be one. */
export function expiryMs(period: string, written: string, nowMs: number): number {
  const found = PERIODS.find(({ value }) => value === period)
  return found ? Math.round(nowMs + found.ms) : Date.parse(written)
}
