// A device as the API, the welcome and a change describe it.
import { bool, list, nullable, number, object, text, timeMs } from './shape'

export type Latest = {
  readonly timeMs: number
  readonly values: ReadonlyMap<string, number>
}

export type Device = {
  readonly id: string
  readonly name: string
  readonly enabled: boolean
  readonly intervalMs: number
  readonly metrics: readonly string[]
  readonly createdMs: number
  /** Whose members alone may see it, none for everybody; null for those who are not told. */
  readonly groups: readonly string[] | null
}

export type DeviceState = Device & {
  readonly online: boolean
  readonly lastSeenMs: number | null
  readonly latest: Latest | null
}

export type CreatedDevice = DeviceState & { readonly token: string; readonly signingSecret: string }

export function parseDevice(value: unknown, where = 'device'): Device {
  const raw = object(value, where)
  return {
    id: text(raw.id, `${where}.id`),
    name: text(raw.name, `${where}.name`),
    // Who came by a link is told no more of a device than its picture needs.
    enabled: bool(raw.enabled ?? true, `${where}.enabled`),
    intervalMs: number(raw.interval_ms, `${where}.interval_ms`),
    metrics: list(raw.metrics, `${where}.metrics`, text),
    createdMs: timeMs(raw.created ?? 0, `${where}.created`),
    groups: nullable(raw.groups ?? null, `${where}.groups`, (value, at) => list(value, at, text)),
  }
}

function parseLatest(value: unknown, where: string): Latest {
  const raw = object(value, where)
  const entries = Object.entries(object(raw.values, `${where}.values`))
  const values = new Map(entries.map(([metric, one]) => [metric, number(one, `${where}.values.${metric}`)]))
  return { timeMs: timeMs(raw.time, `${where}.time`), values }
}

export function parseDeviceState(value: unknown, where = 'device'): DeviceState {
  const raw = object(value, where)
  return {
    ...parseDevice(raw, where),
    online: bool(raw.online, `${where}.online`),
    lastSeenMs: nullable(raw.last_seen, `${where}.last_seen`, timeMs),
    latest: nullable(raw.latest, `${where}.latest`, parseLatest),
  }
}

export function parseDeviceList(value: unknown): DeviceState[] {
  return list(value, 'devices', parseDeviceState)
}

export function parseCreatedDevice(value: unknown): CreatedDevice {
  const raw = object(value, 'device')
  const token = text(raw.token, 'device.token')
  const signingSecret = text(raw.signing_secret, 'device.signing_secret')
  return { ...parseDeviceState(value), token, signingSecret }
}
