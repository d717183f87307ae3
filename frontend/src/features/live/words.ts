// Numbers and times in words, as the page writes them everywhere.
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

export function formatSpan(spanMs: number): string {
  const minutes = Math.round(spanMs / 60_000)
  if (minutes >= 60) return minutes === 60 ? '1 hour' : `${minutes / 60} hours`
  return minutes === 1 ? '1 minute' : `${minutes} minutes`
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

/** Without a line to the server nobody knows who is there: only who was. */
export function formatPresence(device: LiveDevice, nowMs: number, connected = true): string {
  if (!device.enabled) return 'Disabled'
  if (device.online) return connected ? 'Online' : 'Was online'
  if (device.lastSeenMs === null) return 'Never connected'
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
    case 'stopped':
      return 'Not connected'
  }
}
