// The slow part of what is live: connection, devices, metrics. Pure steps from one state to the next.
import type { Change } from '../protocol/change'
import type { DeviceState } from '../protocol/device'
import { undescribed, type Metric } from '../protocol/metric'
import type { DeviceEvent, Presence, Welcome } from '../protocol/server-message'
import type { User } from '../protocol/user'
import type { Connection } from './connection'
import { DEFAULT_SPAN_MS, type ViewWindow } from './view-window'

/** A device without its readings: those live in the buffers. */
export type LiveDevice = Omit<DeviceState, 'latest'>

export type LiveState = {
  readonly connection: Connection
  /** Since when the server can show nothing live, though we are connected to it; null as long as it can. */
  readonly interruptedSinceMs: number | null
  /** Grows whenever something may have been missed, and the line is good again: what is kept beside is read anew then. */
  readonly missed: number
  /** False until the first welcome: before it, "no devices" means nothing. */
  readonly loaded: boolean
  readonly user: User | null
  readonly client: string | null
  readonly devices: ReadonlyMap<string, LiveDevice>
  readonly metrics: ReadonlyMap<string, Metric>
  readonly events: ReadonlyMap<string, DeviceEvent>
  readonly view: ViewWindow
  /** What set the window last: a choice, a movement of fingers or mouse, or the page's address. */
  readonly viewBy: 'choice' | 'gesture' | 'address'
  /** Whether the newest values stand still, too. */
  readonly held: boolean
  readonly history: { readonly loading: number; readonly failed: boolean }
  /** True when so much came while paused that the rest will be read from the history on resume. */
  readonly pauseIsFull: boolean
}

export const INITIAL_STATE: LiveState = {
  connection: { state: 'connecting' },
  interruptedSinceMs: null,
  missed: 0,
  loaded: false,
  user: null,
  client: null,
  devices: new Map(),
  metrics: new Map(),
  events: new Map(),
  view: { mode: 'live', spanMs: DEFAULT_SPAN_MS },
  viewBy: 'choice',
  held: false,
  history: { loading: 0, failed: false },
  pauseIsFull: false,
}

export type Patch = Partial<LiveState>

/** Exactly what belongs into the state: never the readings, and never the token of a device just added. */
function plain(device: LiveDevice): LiveDevice {
  const { id, name, enabled, intervalMs, metrics, createdMs, groups, online, lastSeenMs } = device
  return { id, name, enabled, intervalMs, metrics, createdMs, groups, online, lastSeenMs }
}

function byCreation(devices: Iterable<LiveDevice>): Map<string, LiveDevice> {
  const sorted = [...devices].sort((a, b) => a.createdMs - b.createdMs || a.id.localeCompare(b.id))
  return new Map(sorted.map((device) => [device.id, device]))
}

export function welcomed(welcome: Welcome): Patch {
  return {
    loaded: true,
    interruptedSinceMs: welcome.interruptedSinceMs,
    user: welcome.user,
    client: welcome.client,
    devices: byCreation(welcome.devices.map(plain)),
    metrics: new Map(welcome.metrics.map((metric) => [metric.name, metric])),
  }
}

/** Takes in devices nobody told of; what is known of the others is newer than any list. */
export function listed(state: LiveState, devices: readonly DeviceState[]): Patch {
  const unknown = devices.filter(({ id }) => !state.devices.has(id))
  return { devices: byCreation([...state.devices.values(), ...unknown.map(plain)]) }
}

/**
 * Puts in what the API or a change tells of a device. Presence and metrics stay as the live messages told them: an answer
 * of the API is a snapshot that may be older. Applying the same twice changes nothing, so our own changes may come again.
 */
export function withDevice(state: LiveState, device: LiveDevice): Patch {
  const known = state.devices.get(device.id)
  if (!known) return { devices: byCreation([...state.devices.values(), plain(device)]) }
  const { online, lastSeenMs } = known
  const metrics = [...new Set([...known.metrics, ...device.metrics])]
  const next = plain({ ...device, online, lastSeenMs, metrics })
  return { devices: new Map(state.devices).set(device.id, next) }
}

export function withoutDevice(state: LiveState, id: string): Patch {
  return { devices: without(state.devices, id), events: without(state.events, id) }
}

function without<T>(all: ReadonlyMap<string, T>, id: string): Map<string, T> {
  const rest = new Map(all)
  rest.delete(id)
  return rest
}

export function withMetric(state: LiveState, metric: Metric): Patch {
  return { metrics: new Map(state.metrics).set(metric.name, metric) }
}

/** Many changes make one new state: whatever shows it is drawn once. */
export function changed(state: LiveState, changes: readonly Change[]): LiveState {
  return changes.reduce((now, change) => ({ ...now, ...patchOf(now, change) }), state)
}

function patchOf(state: LiveState, change: Change): Patch {
  switch (change.model) {
    case 'device':
      return change.data ? withDevice(state, change.data) : withoutDevice(state, change.id)
    case 'metric':
      return change.data ? withMetric(state, change.data) : { metrics: without(state.metrics, change.id) }
    case 'annotation':
    case 'other':
      return {}
  }
}

export function present(state: LiveState, { device: id, online, lastSeenMs }: Presence): Patch {
  const device = state.devices.get(id)
  if (!device) return {}
  return { devices: new Map(state.devices).set(id, { ...device, online, lastSeenMs }) }
}

export function happened(state: LiveState, event: DeviceEvent): Patch {
  return { events: new Map(state.events).set(event.device, event) }
}

/** Whether what the page shows of devices and readings is of now. */
export function isLive(state: LiveState): boolean {
  return state.connection.state === 'live' && state.interruptedSinceMs === null
}

/** Notes metrics that a device sent for the first time; null when all are known, as nearly always. */
export function measured(state: LiveState, id: string, metrics: readonly string[]): Patch | null {
  const device = state.devices.get(id)
  const fresh = metrics.filter((metric) => !device?.metrics.includes(metric))
  if (!device || fresh.length === 0) return null
  const unknown = fresh.filter((metric) => !state.metrics.has(metric))
  return {
    devices: new Map(state.devices).set(id, { ...device, metrics: [...device.metrics, ...fresh] }),
    ...(unknown.length && {
      metrics: new Map([
        ...state.metrics,
        ...unknown.map((name): [string, Metric] => [name, undescribed(name)]),
      ]),
    }),
  }
}
