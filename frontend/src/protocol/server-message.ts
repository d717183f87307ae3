// Every message the server sends to a dashboard, parsed once at the door.
import { parseChange, type Change } from './change'
import { parseDeviceState, type DeviceState } from './device'
import { parseMetricList, type Metric } from './metric'
import { parseNotification, type Notification } from './notification'
import { parseSeries, type Series } from './series'
import {
  bool,
  json,
  list,
  nullable,
  number,
  object,
  ProtocolError,
  text,
  timeMs,
  type JsonObject,
} from './shape'
import { parseUser, type User } from './user'

export type Welcome = {
  readonly type: 'welcome'
  readonly client: string
  readonly timeMs: number
  /** Since when the server itself hears nothing live; null as long as it does. */
  readonly interruptedSinceMs: number | null
  /** Null for who came by a link. */
  readonly user: User | null
  /** How many notifications were not read yet; null where nobody is told any. */
  readonly unread: number | null
  readonly metrics: readonly Metric[]
  readonly devices: readonly DeviceState[]
}
export type Readings = {
  readonly type: 'readings'
  readonly sequence: number
  readonly series: readonly Series[]
}
export type Gap = { readonly type: 'gap'; readonly startMs: number; readonly endMs: number }
export type Interrupted = { readonly type: 'interrupted'; readonly sinceMs: number }
export type Resumed = { readonly type: 'resumed' }
export type Presence = {
  readonly type: 'presence'
  readonly device: string
  readonly online: boolean
  readonly lastSeenMs: number | null
}
export type DeviceEvent = {
  readonly type: 'event'
  readonly device: string
  readonly timeMs: number
  readonly event: string
  /** What else the event says of itself, for example the direction of a joystick. */
  readonly details: readonly string[]
}
export type ChangeMessage = { readonly type: 'change'; readonly change: Change }
/** Several at once, as of an import or of all devices. */
export type Changes = { readonly type: 'changes'; readonly changes: readonly Change[] }
export type NotificationMessage = {
  readonly type: 'notification'
  readonly notification: Notification
  readonly origin: string | null
}
export type NotificationsRead = {
  readonly type: 'notifications_read'
  readonly untilMs: number
  readonly unread: number
}
export type Ping = { readonly type: 'ping'; readonly timeMs: number }
export type ServerError = {
  readonly type: 'error'
  readonly code: string
  readonly detail: string
  /** The wait after which the same may be said again; null where that is of no use. */
  readonly retryMs: number | null
}

export type ServerMessage =
  | Welcome
  | Readings
  | Gap
  | Interrupted
  | Resumed
  | Presence
  | DeviceEvent
  | ChangeMessage
  | Changes
  | NotificationMessage
  | NotificationsRead
  | Ping
  | ServerError

function parseError(raw: JsonObject): ServerError {
  return {
    type: 'error',
    code: text(raw.code, 'error.code'),
    detail: text(raw.detail, 'error.detail'),
    retryMs: nullable(raw.retry_ms ?? null, 'error.retry_ms', timeMs),
  }
}

function parseWelcome(raw: JsonObject): Welcome {
  return {
    type: 'welcome',
    client: text(raw.client, 'welcome.client'),
    timeMs: timeMs(raw.time, 'welcome.time'),
    interruptedSinceMs: nullable(raw.interrupted_since, 'welcome.interrupted_since', timeMs),
    user: nullable(raw.user, 'welcome.user', parseUser),
    unread: nullable(raw.unread ?? null, 'welcome.unread', number),
    metrics: parseMetricList(raw.metrics),
    devices: list(raw.devices, 'welcome.devices', parseDeviceState),
  }
}

function parseReadings(raw: JsonObject): Readings {
  return {
    type: 'readings',
    sequence: timeMs(raw.sequence, 'readings.sequence'),
    series: list(raw.series, 'readings.series', parseSeries),
  }
}

function parsePresence(raw: JsonObject): Presence {
  return {
    type: 'presence',
    device: text(raw.device, 'presence.device'),
    online: bool(raw.online, 'presence.online'),
    lastSeenMs: nullable(raw.last_seen, 'presence.last_seen', timeMs),
  }
}

function parseEvent(raw: JsonObject): DeviceEvent {
  const known = ['type', 'device', 'time', 'event']
  const details = Object.entries(raw).filter(([name]) => !known.includes(name))
  return {
    type: 'event',
    device: text(raw.device, 'event.device'),
    timeMs: timeMs(raw.time, 'event.time'),
    event: text(raw.event, 'event.event'),
    details: details.map(([, value]) => value).filter((value) => typeof value === 'string'),
  }
}

export function parseServerMessage(frame: string): ServerMessage {
  const raw = object(json(frame, 'message'), 'message')
  const type = text(raw.type, 'message.type')
  switch (type) {
    case 'welcome':
      return parseWelcome(raw)
    case 'readings':
      return parseReadings(raw)
    case 'gap':
      return { type, startMs: timeMs(raw.start, 'gap.start'), endMs: timeMs(raw.end, 'gap.end') }
    case 'interrupted':
      return { type, sinceMs: timeMs(raw.since, 'interrupted.since') }
    case 'resumed':
      return { type }
    case 'presence':
      return parsePresence(raw)
    case 'event':
      return parseEvent(raw)
    case 'change':
      return { type, change: parseChange(raw) }
    case 'changes':
      return { type, changes: list(raw.changes, 'changes.changes', parseChange) }
    case 'notification':
      return {
        type,
        notification: parseNotification(raw),
        origin: nullable(raw.origin, 'notification.origin', text),
      }
    case 'notifications_read':
      return {
        type,
        untilMs: timeMs(raw.until, 'notifications_read.until'),
        unread: number(raw.unread, 'notifications_read.unread'),
      }
    case 'ping':
      return { type, timeMs: timeMs(raw.time, 'ping.time') }
    case 'error':
      return parseError(raw)
    default:
      throw new ProtocolError(`message.type: unknown type "${type}"`)
  }
}
