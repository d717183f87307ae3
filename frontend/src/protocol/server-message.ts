// Every message the server sends to a dashboard, parsed once at the door.
import { parseAnnotation, type Annotation } from './annotation'
import { parseDevice, parseDeviceState, type Device, type DeviceState } from './device'
import { parseMetric, parseMetricList, type Metric } from './metric'
import { parseSeries, type Series } from './series'
import { bool, json, list, nullable, object, ProtocolError, text, timeMs, type JsonObject } from './shape'
import { parseUser, type User } from './user'

export type Welcome = {
  readonly type: 'welcome'
  readonly client: string
  readonly timeMs: number
  /** Since when the server itself hears nothing live; null as long as it does. */
  readonly interruptedSinceMs: number | null
  readonly user: User
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
export type Change = {
  readonly type: 'change'
  readonly id: string
  readonly origin: string | null
} & (
  | { readonly model: 'device'; readonly data: Device | null }
  | { readonly model: 'metric'; readonly data: Metric | null }
  | { readonly model: 'annotation'; readonly data: Annotation | null }
)
export type AnnotationChange = Extract<Change, { readonly model: 'annotation' }>
export type Ping = { readonly type: 'ping'; readonly timeMs: number }
export type ServerError = {
  readonly type: 'error'
  readonly code: string
  readonly detail: string
  /** The wait after which the same may be said again; null where that is of no use. */
  readonly retryMs: number | null
}

export type ServerMessage =
  Welcome | Readings | Gap | Interrupted | Resumed | Presence | DeviceEvent | Change | Ping | ServerError

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
    user: parseUser(raw.user, 'welcome.user'),
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

function parseChange(raw: JsonObject): Change {
  const model = text(raw.model, 'change.model')
  const action = text(raw.action, 'change.action')
  const head = {
    type: 'change' as const,
    id: text(raw.id, 'change.id'),
    origin: nullable(raw.origin, 'change.origin', text),
  }
  const removed = action === 'remove'
  if (!removed && action !== 'add' && action !== 'update') {
    throw new ProtocolError(`change.action: unknown action "${action}"`)
  }
  if (model === 'device') {
    return { ...head, model, data: removed ? null : parseDevice(raw.data, 'change.data') }
  }
  if (model === 'metric') {
    return { ...head, model, data: removed ? null : parseMetric(raw.data, 'change.data') }
  }
  if (model === 'annotation') {
    return { ...head, model, data: removed ? null : parseAnnotation(raw.data, 'change.data') }
  }
  throw new ProtocolError(`change.model: unknown model "${model}"`)
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
      return parseChange(raw)
    case 'ping':
      return { type, timeMs: timeMs(raw.time, 'ping.time') }
    case 'error':
      return parseError(raw)
    default:
      throw new ProtocolError(`message.type: unknown type "${type}"`)
  }
}
