// All that is live, tied together: messages go to the state and the buffers, and holes are filled from the history.
import { createStore } from 'zustand/vanilla'
import { subscribe } from '../protocol/client-message'
import type { Device, DeviceState } from '../protocol/device'
import type { Metric } from '../protocol/metric'
import {
  parseServerMessage,
  type Readings as ReadingsMessage,
  type ServerMessage,
  type Welcome,
} from '../protocol/server-message'
import type { Series } from '../protocol/series'
import { ProtocolError } from '../protocol/shape'
import { Backfill, type FetchHistory } from './backfill'
import type { Connection } from './connection'
import { Readings, type LatestValues } from './readings'
import { ServerClock } from './server-clock'
import { LiveSocket } from './socket'
import * as step from './state'
import { UnknownDevices } from './unknown-devices'
import { frozen, running, stretch, withSpan, type Stretch } from './view-window'

// Devices which are not on the charts keep enough for their sparkline.
export const SPARKLINE_MS = 120_000
const SLACK_MS = 30_000
const TRIM_EVERY_MS = 10_000

export type LiveOptions = {
  readonly url: string
  readonly fetchHistory: FetchHistory
  readonly listDevices: () => Promise<readonly DeviceState[]>
  readonly isSignedOut: () => Promise<boolean>
  readonly random?: () => number
  /** The most readings kept of one device. */
  readonly limit?: number
}

const NOTHING: LatestValues = new Map()

export class Live {
  readonly store = createStore<step.LiveState>()(() => step.INITIAL_STATE)
  readonly readings: Readings
  private readonly clock = new ServerClock()
  private readonly backfill: Backfill
  private readonly socket: LiveSocket
  private readonly unknown: UnknownDevices
  private charted: readonly string[] = []
  private heardAtMs = 0
  private lostAtMs: number | null = null
  private paused: { latest: Map<string, LatestValues>; arrived: number; full: Map<string, number> } | null =
    null
  private trimTimer: ReturnType<typeof setInterval> | undefined

  constructor(options: LiveOptions) {
    this.readings = new Readings(options.limit)
    this.backfill = new Backfill({
      fetchHistory: options.fetchHistory,
      merge: (history) => this.take(history),
      onStatus: (history) => this.store.setState({ history }),
      nowMs: () => this.nowMs(),
    })
    this.unknown = new UnknownDevices(options.listDevices, (devices) =>
      this.store.setState((state) => step.listed(state, devices)),
    )
    this.socket = new LiveSocket({
      url: options.url,
      onOpen: (send) => send(subscribe('all')),
      onFrame: (frame) => this.onFrame(frame),
      onConnection: (connection) => this.onConnection(connection),
      isSignedOut: options.isSignedOut,
      ...(options.random && { random: options.random }),
    })
  }

  start(): void {
    this.trimTimer ??= setInterval(() => this.trim(), TRIM_EVERY_MS)
    this.socket.start()
  }

  stop(): void {
    clearInterval(this.trimTimer)
    this.trimTimer = undefined
    this.socket.stop()
  }

  reconnect(): void {
    this.socket.reconnect()
  }

  /** The server's now. */
  nowMs(): number {
    return this.clock.nowMs()
  }

  stretch(): Stretch {
    return stretch(this.store.getState().view, this.nowMs())
  }

  /** The newest value of each metric; while paused, as it was then. */
  latest(device: string): LatestValues {
    return this.paused ? (this.paused.latest.get(device) ?? NOTHING) : this.readings.latest(device)
  }

  /** How many readings came in since the page was paused. */
  arrivedWhilePaused(): number {
    return this.paused?.arrived ?? 0
  }

  chart(devices: readonly string[]): void {
    this.charted = devices
    this.want()
  }

  setSpan(spanMs: number): void {
    this.store.setState(({ view }) => ({ view: withSpan(view, spanMs) }))
    this.want()
  }

  pause(): void {
    if (this.paused) return
    this.paused = { latest: this.readings.snapshotLatest(), arrived: 0, full: new Map() }
    const nowMs = this.nowMs()
    this.store.setState(({ view }) => ({ view: frozen(view, nowMs) }))
    this.want()
  }

  resume(): void {
    for (const [device, sinceMs] of this.paused?.full ?? []) this.backfill.missedSince(device, sinceMs)
    this.paused = null
    this.store.setState(({ view }) => ({ view: running(view), pauseIsFull: false }))
    this.trim()
    this.want()
  }

  applyDevice(device: Device): void {
    this.store.setState((state) => step.withDevice(state, device))
  }

  removeDevice(id: string): void {
    this.store.setState((state) => step.withoutDevice(state, id))
    this.readings.forget(id)
    this.backfill.forget(id)
  }

  applyMetric(metric: Metric): void {
    this.store.setState((state) => step.withMetric(state, metric))
  }

  private onConnection(connection: Connection): void {
    const before = this.store.getState().connection
    if (before.state === 'live' && connection.state !== 'live') {
      // A dead line is noticed late: what was missed begins with the last message.
      this.lostAtMs = this.heardAtMs
      this.backfill.suspend()
    }
    this.store.setState({ connection })
  }

  private onFrame(frame: string): void {
    let message: ServerMessage
    try {
      message = parseServerMessage(frame)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      // A newer server may say more than this page understands: tell, and go on with the rest.
      console.warn('Sense Live: a message was not understood.', error)
      return
    }
    this.onMessage(message)
    this.heardAtMs = this.nowMs()
  }

  private onMessage(message: ServerMessage): void {
    switch (message.type) {
      case 'welcome':
        return this.onWelcome(message)
      case 'readings':
        return this.onReadings(message)
      case 'gap':
        return this.missedSince(message.startMs)
      case 'presence':
        this.store.setState((state) => step.present(state, message))
        return this.meet(message.device)
      case 'event':
        return this.store.setState((state) => step.happened(state, message))
      case 'change':
        this.store.setState((state) => step.changed(state, message))
        if (message.model === 'device' && !message.data) this.removeDevice(message.id)
        return
      case 'ping':
        return this.clock.observe(message.timeMs)
      case 'error':
        return console.error(`Sense Live: ${message.code}: ${message.detail}`)
    }
  }

  private onWelcome(welcome: Welcome): void {
    this.clock.observe(welcome.timeMs)
    const present = new Set(welcome.devices.map(({ id }) => id))
    const gone = [...this.store.getState().devices.keys()].filter((id) => !present.has(id))
    gone.forEach((id) => this.removeDevice(id))
    this.store.setState(step.welcomed(welcome))
    for (const { id, latest } of welcome.devices) if (latest) this.readings.seedLatest(id, latest)
    this.socket.confirm()
    if (this.lostAtMs !== null) this.missedSince(this.lostAtMs)
    this.lostAtMs = null
    this.backfill.resume()
    this.want()
  }

  private onReadings(message: ReadingsMessage): void {
    for (const series of message.series) {
      this.meet(series.device)
      const added = this.take(series)
      if (this.paused) this.paused.arrived += added
    }
  }

  private take(series: Series): number {
    const patch = step.measured(this.store.getState(), series.device, [...series.values.keys()])
    if (patch) this.store.setState(patch)
    if (this.isFullFor(series)) return series.timeMs.length
    return this.readings.merge(series)
  }

  // A full buffer would let go of what the paused charts show, so what comes then waits in the history until resume.
  private isFullFor(series: Series): boolean {
    const full = this.paused?.full
    const firstMs = series.timeMs[0]
    const buffer = this.readings.buffer(series.device)
    if (!full || !buffer || firstMs === undefined) return false
    if (!full.has(series.device) && buffer.hasRoomFor(series.timeMs.length)) return false
    this.readings.mergeLatest(series)
    full.set(series.device, Math.min(full.get(series.device) ?? Infinity, firstMs))
    if (full.size === 1) this.store.setState({ pauseIsFull: true })
    return true
  }

  private missedSince(timeMs: number): void {
    for (const device of this.store.getState().devices.keys()) {
      // A board that was away itself sends its backlog later: that begins after its newest reading.
      const newestMs = this.readings.buffer(device)?.lastMs ?? timeMs
      this.backfill.missedSince(device, Math.min(timeMs, newestMs))
    }
    this.want()
  }

  private want(): void {
    const { fromMs, toMs } = this.stretch()
    this.backfill.want(this.charted, { fromMs, toMs: this.paused ? toMs : Infinity })
  }

  private trim(): void {
    const { fromMs } = this.stretch()
    const sparklineFromMs = this.nowMs() - SPARKLINE_MS
    const charted = new Set(this.charted)
    for (const id of this.store.getState().devices.keys()) {
      const keepMs = charted.has(id) ? fromMs : Math.max(fromMs, sparklineFromMs)
      this.readings.dropBefore(id, keepMs - SLACK_MS)
      this.backfill.dropped(id, keepMs - SLACK_MS)
    }
  }

  private meet(device: string): void {
    if (!this.store.getState().devices.has(device)) this.unknown.met()
  }
}
