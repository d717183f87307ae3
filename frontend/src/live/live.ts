// All that is live, as the page sees it: the window of time, the readings kept for it, and what the history fills in.
import { createStore } from 'zustand/vanilla'
import type { Device } from '../protocol/device'
import type { Metric } from '../protocol/metric'
import type { Series } from '../protocol/series'
import { Backfill, type FetchHistory } from './backfill'
import { Readings, type LatestValues } from './readings'
import { Receiver, type ReceiverOptions } from './receiver'
import { ServerClock } from './server-clock'
import * as step from './state'
import { frozen, running, stretch, withSpan, type Stretch } from './view-window'

// Devices which are not on the charts keep enough for their sparkline.
export const SPARKLINE_MS = 120_000
const SLACK_MS = 30_000
const TRIM_EVERY_MS = 10_000

export type LiveOptions = ReceiverOptions & {
  readonly fetchHistory: FetchHistory
  /** The most readings kept of one device. */
  readonly limit?: number
}

const NOTHING: LatestValues = new Map()

export class Live {
  readonly store = createStore<step.LiveState>()(() => step.INITIAL_STATE)
  readonly readings: Readings
  private readonly clock = new ServerClock()
  private readonly backfill: Backfill
  private readonly receiver: Receiver
  private charted: readonly string[] = []
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
    this.receiver = new Receiver(options, this.store, this.clock, {
      lost: () => this.backfill.suspend(),
      back: () => this.back(),
      missed: () => this.missed(),
      readings: (series) => this.onReadings(series),
      latest: (device, latest) => this.readings.seedLatest(device, latest),
      gone: (device) => this.removeDevice(device),
    })
  }

  start(): void {
    this.trimTimer ??= setInterval(() => this.trim(), TRIM_EVERY_MS)
    this.receiver.start()
  }

  stop(): void {
    clearInterval(this.trimTimer)
    this.trimTimer = undefined
    this.receiver.stop()
  }

  reconnect(): void {
    this.receiver.reconnect()
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

  private back(): void {
    this.backfill.resume()
    this.want()
  }

  private onReadings(series: Series): void {
    const added = this.take(series)
    if (this.paused) this.paused.arrived += added
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

  private missed(): void {
    // All that is shown: a board that works off a backlog sends its newest readings first and old ones after them.
    for (const device of this.store.getState().devices.keys()) this.backfill.missedSince(device, 0)
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
}
