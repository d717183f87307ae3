// All that is live, as the page sees it: the window of time, the readings kept for it, and what the history fills in.
import { createStore } from 'zustand/vanilla'
import type { DeviceState } from '../protocol/device'
import type { Metric } from '../protocol/metric'
import type { Series } from '../protocol/series'
import { Annotations, type FetchAnnotations } from './annotations'
import type { FetchHistory } from './backfill'
import { ChangeListeners, type ChangeListener } from './change-listeners'
import { LateArrivals } from './late-arrivals'
import { Notifications, type NotificationCalls } from './notifications'
import { Past } from './past'
import type { Piece } from './piece'
import type { FetchPageHistory } from './piece-loader'
import { Readings, type LatestValues } from './readings'
import { Receiver, type ReceiverOptions } from './receiver'
import { ServerClock } from './server-clock'
import { Standstill } from './standstill'
import * as step from './state'
import * as views from './view-window'
import type { Stretch, ViewWindow } from './view-window'

const SLACK_MS = 30_000
const TRIM_EVERY_MS = 10_000
const TICK_MS = 1_000

export type LiveOptions = ReceiverOptions & {
  readonly fetchHistory: FetchHistory
  readonly fetchPageHistory: FetchPageHistory
  readonly fetchAnnotations: FetchAnnotations
  readonly notifications: NotificationCalls
  readonly view?: ViewWindow
  readonly bounds?: views.Bounds
  /** The most readings kept of one device. */
  readonly limit?: number
}

export class Live {
  readonly store = createStore<step.LiveState>()(() => step.INITIAL_STATE)
  readonly readings: Readings
  readonly late = new LateArrivals()
  readonly annotations: Annotations
  readonly notifications: Notifications
  private readonly listeners = new ChangeListeners()
  private readonly bounds: views.Bounds
  private readonly clock = new ServerClock()
  private readonly past: Past
  private readonly receiver: Receiver
  private still: Standstill | null = null
  private timers: ReturnType<typeof setInterval>[] = []

  constructor(options: LiveOptions) {
    this.bounds = options.bounds ?? views.EVERYTHING
    this.readings = new Readings(options.limit)
    this.annotations = new Annotations(options.fetchAnnotations)
    this.notifications = new Notifications(options.notifications)
    this.past = new Past({
      fetchHistory: options.fetchHistory,
      fetchPageHistory: options.fetchPageHistory,
      // The answer may come after the device, or the right to see it, went.
      merge: (history) => this.knows(history.device) && this.take(history),
      onStatus: (history) => this.store.setState({ history }),
      nowMs: () => this.nowMs(),
    })
    this.receiver = new Receiver(options, this.store, this.clock, {
      lost: () => [this.past, this.annotations].forEach((one) => one.suspend()),
      back: () => [this.past, this.annotations].forEach((one) => one.resume()),
      missed: () => this.past.missed(this.store.getState().devices.keys()),
      readings: (series) => this.onReadings(series),
      known: (device, latest) => {
        if (latest) this.readings.seedLatest(device, latest)
        this.past.back(device)
      },
      gone: (device) => this.forget(device),
      come: () => this.annotations.resume(),
      annotations: (changes) => this.annotations.told(changes, this.store.getState().client),
      notifications: this.notifications,
      listeners: this.listeners,
    })
    if (options.view) this.restore(options.view)
    else this.lookAt(this.store.getState().view)
  }

  start(): void {
    if (this.timers.length === 0) {
      this.timers = [setInterval(() => this.trim(), TRIM_EVERY_MS), setInterval(() => this.tick(), TICK_MS)]
    }
    this.receiver.start()
  }

  stop(): void {
    this.timers.forEach(clearInterval)
    this.timers = []
    this.receiver.stop()
  }

  reconnect(): void {
    this.receiver.reconnect()
  }

  /** From when on anything may be seen; null for as far back as there is anything. */
  get sinceMs(): number | null {
    return this.bounds.fromMs
  }

  /** The server's now. */
  nowMs(): number {
    return this.clock.nowMs()
  }

  stretch(): Stretch {
    return views.stretch(this.store.getState().view, this.nowMs())
  }

  /** The newest value of each metric; while paused, as it was then. */
  latest(device: string): LatestValues {
    return this.still?.latest(device) ?? this.readings.latest(device)
  }

  /** When the newest values are of: now, or the moment of the pause. */
  valuesAtMs(): number {
    return this.still?.heldAtMs ?? this.nowMs()
  }

  /** How many readings came in since the window stands still. */
  arrivedMeanwhile(): number {
    return this.still?.arrived ?? 0
  }

  /** Grows whenever what is to be drawn of a metric may have changed. */
  version(device: string, metric: string): number {
    const { view } = this.store.getState()
    // In a long window a reading moves no pixel: its end is drawn once a second.
    const readings = this.past.isShort
      ? this.readings.version(device)
      : view.mode === 'live'
        ? Math.floor(this.nowMs() / 1000)
        : 0
    return readings + this.past.version(device, metric) + this.late.version
  }

  /** From here on the buffer holds all there is, and is what to draw. */
  wholeFromMs(device: string): number {
    return this.past.wholeFromMs(device)
  }

  /** What is known of a stretch from the history's averages, best first. */
  pieces(device: string, metric: string, stretch: Stretch): Piece[] {
    return this.past.over(device, metric, stretch)
  }

  chart(devices: readonly string[]): void {
    this.past.chart(devices)
  }

  measure(metrics: readonly string[]): void {
    this.past.measure(metrics)
  }

  fit(pixels: number): void {
    this.past.fit(pixels)
  }

  setSpan(spanMs: number): void {
    this.setView(views.withSpan(this.store.getState().view, spanMs), 'choice')
  }

  look(stretch: Stretch): void {
    this.setView(views.fixed(stretch, this.nowMs()), 'choice')
  }

  /** A tenth of what is shown now, with a moment in its middle. */
  lookAround(timeMs: number): void {
    const halfMs = views.spanMs(this.store.getState().view) / 20
    this.look({ fromMs: timeMs - halfMs, toMs: timeMs + halfMs })
  }

  zoom(factor: number, share: number): void {
    this.setView(views.zoomed(this.store.getState().view, factor, share, this.nowMs()), 'gesture')
  }

  pan(byMs: number): void {
    this.setView(views.panned(this.store.getState().view, byMs, this.nowMs()), 'gesture')
  }

  /** A window that was left in the page's address. */
  restore(view: ViewWindow): void {
    const isLive = view.mode === 'live'
    this.setView(isLive ? view : views.fixed(view, this.nowMs()), 'address')
  }

  /** The picture stands still, and the newest values with it. */
  pause(): void {
    const nowMs = this.nowMs()
    this.setView(views.frozen(this.store.getState().view, nowMs), 'choice')
    this.still?.hold(this.readings.snapshotLatest(), nowMs)
    this.store.setState({ held: true })
  }

  resume(): void {
    this.setView(views.running(this.store.getState().view), 'choice')
  }

  /** Of one model ("person", "webhook", …), as they happen. Gives what ends it. */
  onChange(model: string, listener: ChangeListener): () => void {
    return this.listeners.add(model, listener)
  }

  applyDevice(device: DeviceState): void {
    this.store.setState((state) => step.withDevice(state, device))
  }

  removeDevice(id: string): void {
    this.store.setState((state) => step.withoutDevice(state, id))
    this.forget(id)
  }

  private knows(device: string): boolean {
    return this.store.getState().devices.has(device)
  }

  private forget(id: string): void {
    this.readings.forget(id)
    this.late.forget(id)
    this.past.forget(id)
    this.annotations.forget(id)
  }

  applyMetric(metric: Metric): void {
    this.store.setState((state) => step.withMetric(state, metric))
  }

  private setView(next: ViewWindow, viewBy: step.LiveState['viewBy']): void {
    const view = views.within(next, this.bounds, this.nowMs())
    if (view === this.store.getState().view) return
    this.store.setState({ view, viewBy })
    this.makeRoom()
    if (view.mode === 'fixed') this.still ??= new Standstill()
    else this.goOn()
    this.lookAt(view)
    if (view.mode === 'live') this.trim()
  }

  private lookAt(view: ViewWindow): void {
    this.past.look(view)
    this.annotations.look(this.stretch())
  }

  private tick(): void {
    this.past.tick()
    this.annotations.tick(this.stretch())
  }

  /** What was turned away for the window that was left is read from the history. */
  private makeRoom(): void {
    if (!this.still?.full.size) return
    for (const [device, sinceMs] of this.still.full) this.past.missedSince(device, sinceMs)
    this.still.full.clear()
    this.store.setState({ pauseIsFull: false })
  }

  private goOn(): void {
    this.still = null
    this.store.setState({ held: false })
  }

  private onReadings(series: Series): void {
    this.late.note(series, this.nowMs(), this.readings.newestMs(series.device))
    this.past.note(series)
    const added = this.take(series)
    if (this.still) this.still.arrived += added
  }

  private take(series: Series): number {
    const patch = step.measured(this.store.getState(), series.device, [...series.values.keys()])
    if (patch) this.store.setState(patch)
    if (this.isFullFor(series)) return series.timeMs.length
    return this.readings.merge(series)
  }

  // A full buffer would let go of what the still charts show, so what comes then waits in the history until resume.
  private isFullFor(series: Series): boolean {
    const still = this.past.isShort ? this.still : null
    const firstMs = series.timeMs[0]
    const buffer = this.readings.buffer(series.device)
    if (!still || !buffer || firstMs === undefined) return false
    if (!still.full.has(series.device) && buffer.hasRoomFor(series.timeMs.length)) return false
    this.readings.mergeLatest(series)
    still.turnAway(series.device, firstMs)
    if (still.full.size === 1) this.store.setState({ pauseIsFull: true })
    return true
  }

  private trim(): void {
    for (const id of this.store.getState().devices.keys()) {
      const keepMs = this.past.keepFromMs(id) - SLACK_MS
      this.readings.dropBefore(id, keepMs)
      this.past.dropped(id, keepMs)
    }
  }
}
