// Links that show some devices to strangers: as those who made them see them, and as who opens one does.
import { parseDeviceState, type DeviceState } from './device'
import { parseMetricList, type Metric } from './metric'
import { bool, list, nullable, number, object, oneOf, text, timeMs } from './shape'

/** What of the time axis a link shows: null at its start for all the past, at its end for what is live. */
export type ShareSpan = { readonly startMs: number | null; readonly endMs: number | null }

const STATES = ['active', 'expired', 'revoked'] as const

export type ShareLink = ShareSpan & {
  readonly id: string
  readonly name: string
  readonly devices: readonly string[]
  readonly expiresMs: number
  readonly createdMs: number
  readonly by: string
  readonly lastUsedMs: number | null
  readonly uses: number
  readonly state: (typeof STATES)[number]
}

/** With the address itself, told only now. */
export type CreatedShare = ShareLink & { readonly link: string }

/** Of the link by which somebody looks at this page. */
export type Share = ShareSpan & { readonly name: string; readonly expiresMs: number }

export type Shared = Share & {
  readonly devices: readonly DeviceState[]
  readonly metrics: readonly Metric[]
  readonly live: boolean
  readonly timeMs: number
}

export function parseShare(value: unknown, where = 'share'): Share {
  const raw = object(value, where)
  return {
    name: text(raw.name, `${where}.name`),
    startMs: nullable(raw.start, `${where}.start`, timeMs),
    endMs: nullable(raw.end, `${where}.end`, timeMs),
    expiresMs: timeMs(raw.expires, `${where}.expires`),
  }
}

export function parseShared(value: unknown, where = 'shared'): Shared {
  const raw = object(value, where)
  return {
    ...parseShare(raw, where),
    devices: list(raw.devices, `${where}.devices`, parseDeviceState),
    metrics: parseMetricList(raw.metrics),
    live: bool(raw.live, `${where}.live`),
    timeMs: timeMs(raw.time, `${where}.time`),
  }
}

export function parseShareLink(value: unknown, where = 'sharelink'): ShareLink {
  const raw = object(value, where)
  return {
    ...parseShare(raw, where),
    id: text(raw.id, `${where}.id`),
    devices: list(raw.devices, `${where}.devices`, text),
    createdMs: timeMs(raw.created, `${where}.created`),
    by: text(raw.by, `${where}.by`),
    lastUsedMs: nullable(raw.last_used, `${where}.last_used`, timeMs),
    uses: number(raw.uses, `${where}.uses`),
    state: oneOf(STATES, raw.state, `${where}.state`),
  }
}

export function parseShareLinks(value: unknown): ShareLink[] {
  return list(value, 'shares', parseShareLink)
}

export function parseCreatedShare(value: unknown): CreatedShare {
  return { ...parseShareLink(value), link: text(object(value, 'share').link, 'share.link') }
}
