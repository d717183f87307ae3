// Numbers and times in words, as the page writes them everywhere.
import { formatShortMoment } from '../../charts/format-time'
import type { Connection } from '../../live/connection'
import type { LiveDevice } from '../../live/state'
import type { Metric } from '../../protocol/metric'

export function formatValue(metric: Metric, value: number): string {
  return value.toFixed(Math.min(Math.max(metric.decimals, 0), 10))
}

export function formatMeasure(metric: Metric, value: number): string {
  const gap = metric.unit === '°' ? '' : ' '
  return metric.unit ? `${formatValue(metric, value)}${gap}${metric.unit}` : formatValue(metric, value)
}

const UNITS = [
  { ms: 365 * 86_400_000, one: 'year', short: 'year' },
  { ms: 86_400_000, one: 'day', short: 'd' },
  { ms: 3_600_000, one: 'hour', short: 'h' },
  { ms: 60_000, one: 'minute', short: 'min' },
  { ms: 1_000, one: 'second', short: 's' },
] as const

/** In the two largest units that matter: what is exact to the second in a year helps nobody. */
export function formatSpan(spanMs: number): string {
  const rounded = Math.max(1_000, Math.round(spanMs / 1_000) * 1_000)
  // A day is said in hours, as the button for it has it.
  const largest = UNITS.findIndex(({ ms }) => rounded >= ms)
  const at = UNITS[largest]?.one === 'day' && rounded < 2 * 86_400_000 ? largest + 1 : largest
  const unit = UNITS[at]
  if (!unit) return formatCount(1, 'second')
  const smaller = UNITS[at + 1]
  const whole = Math.floor(rounded / unit.ms)
  const rest = smaller ? Math.round((rounded - whole * unit.ms) / smaller.ms) : 0
  if (!smaller || rest === 0) return formatCount(whole, unit.one)
  if (rest * smaller.ms >= unit.ms) return formatCount(whole + 1, unit.one)
  return `${formatCount(whole, unit.one)} ${formatCount(rest, smaller.one)}`
}

/** The width of a point, or the name of a button. */
export function formatStep(stepMs: number): string {
  const unit = UNITS.find(({ ms }) => stepMs >= ms * 0.95) ?? UNITS[UNITS.length - 1]
  const count = Math.round(stepMs / (unit?.ms ?? 1_000))
  return `${count} ${unit?.short}`
}

export function formatCount(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`
}

export function formatAge(ageMs: number): string {
  const seconds = Math.floor(ageMs / 1000)
  if (seconds < 2) return 'now'
  if (seconds < 60) return `${seconds} s ago`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ago`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return `${hours} h ago`
  const days = Math.floor(hours / 24)
  return days === 1 ? 'yesterday' : `${days} days ago`
}

/** A value is stale when several readings in a row should have come since. */
export function isStale(ageMs: number, intervalMs: number): boolean {
  return ageMs > Math.max(10_000, intervalMs * 5)
}

type PresenceContext = {
  readonly nowMs: number
  /** Without a line to the server nobody knows who is there: only who was. */
  readonly connected: boolean
  /** From when on anything may be seen, where that is bounded: of what was before nobody is told. */
  readonly sinceMs: number | null
}

export function formatPresence(device: LiveDevice, { nowMs, connected, sinceMs }: PresenceContext): string {
  if (!device.enabled) return 'Disabled'
  if (device.online) return connected ? 'Online' : 'Was online'
  if (device.lastSeenMs === null)
    return sinceMs === null ? 'Never connected' : `Nothing since ${formatShortMoment(sinceMs)}`
  return `Offline, last seen ${formatAge(Math.max(0, nowMs - device.lastSeenMs))}`
}

export function formatConnection(connection: Connection, nowMs: number): string {
  switch (connection.state) {
    case 'connecting':
      return 'Connecting…'
    case 'live':
      return 'Live'
    case 'waiting':
      return `Reconnecting in ${Math.max(1, Math.ceil((connection.retryAtMs - nowMs) / 1000))} s`
    case 'offline':
      return 'Offline'
    case 'signed-out':
      return 'Signed out'
    case 'forbidden':
      return 'Nothing to see'
    case 'stopped':
      return 'Not connected'
  }
}
