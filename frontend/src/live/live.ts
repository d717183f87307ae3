// All that is live, as the page sees it: the window of time, the readings kept for it, and what the history fills in.
import { createStore } from 'zustand/vanilla'
import type { DeviceState } from '../protocol/device'
import type { Metric } from '../protocol/metric'
import { Annotations, type FetchAnnotations } from './annotations'
import type { FetchHistory } from './backfill'
import { ChangeListeners, type ChangeListener } from './change-listeners'
import { Intake } from './intake'
import { LateArrivals } from './late-arrivals'
import { Notifications, type NotificationCalls } from './notifications'
import { Past } from './past'
import type { Piece } from './piece'
import type { FetchPageHistory } from './piece-loader'
import { Readings, type LatestValues } from './readings'
import { Receiver, type Keeper, type ReceiverOptions } from './receiver'
import { ServerClock } from './server-clock'
import * as step from './state'
import * as views from './view-window'
import type { Stretch, ViewWindow } from './view-window'
import { Viewport } from './viewport'

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
  readonly viewport: Viewport
  /** From when on anything may be seen; null for as far back as there is anything. */
  readonly sinceMs: number | null
  private readonly listeners = new ChangeListeners()
  private readonly clock = new ServerClock()
  private readonly past: Past
  private readonly intake: Intake
  private readonly receiver: Receiver
  private timers: ReturnType<typeof setInterval>[] = []

  constructor(options: LiveOptions) {
    const { store, late } = this
    const nowMs = () => this.nowMs()
    const bounds = options.bounds ?? views.EVERYTHING
    this.sinceMs = bounds.fromMs
    this.viewport = new Viewport({ store, bounds, nowMs, onChange: (view) => this.onView(view) })
    this.readings = new Readings(options.limit)
    this.annotations = new Annotations(options.fetchAnnotations)
    this.notifications = new Notifications(options.notifications)
    this.past = new Past({
      fetchHistory: options.fetchHistory,
      fetchPageHistory: options.fetchPageHistory,
      // The answer may come after the device, or the right to see it, went.
      merge: (history) => this.knows(history.device) && this.intake.take(history),
      onStatus: (history) => store.setState({ history }),
      nowMs,
    })
    this.intake = new Intake({ store, readings: this.readings, late, past: this.past, nowMs })
    this.receiver = new Receiver(options, store, this.clock, this.keeper())
    if (options.view) this.viewport.restore(options.view)
    else this.lookAt(this.viewport.view)
  }

  start(): void {
    if (this.timers.length === 0) {
      this.timers = [
        setInterval(() => this.intake.trim(), TRIM_EVERY_MS),
        setInterval(() => this.tick(), TICK_MS),
      ]
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

  /** The server's now. */
  nowMs(): number {
    return this.clock.nowMs()
  }

  stretch(): Stretch {
    return this.viewport.stretch()
  }

  /** The newest value of each metric; while paused, as it was then. */
  latest(device: string): LatestValues {
    return this.intake.latest(device)
  }

  /** When the newest values are of: now, or the moment of the pause. */
  valuesAtMs(): number {
    return this.intake.heldAtMs ?? this.nowMs()
  }

  /** How many readings came in since the window stands still. */
  arrivedMeanwhile(): number {
    return this.intake.arrived
  }

  /** Grows whenever what is to be drawn of a metric may have changed. */
  version(device: string, metric: string): number {
    const { view } = this.viewport
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

  /** The picture stands still, and the newest values with it. */
  pause(): void {
    this.viewport.freeze()
    this.intake.hold()
  }

  resume(): void {
    this.viewport.run()
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

  applyMetric(metric: Metric): void {
    this.store.setState((state) => step.withMetric(state, metric))
  }

  private keeper(): Keeper {
    return {
      lost: () => [this.past, this.annotations].forEach((one) => one.suspend()),
      back: () => [this.past, this.annotations].forEach((one) => one.resume()),
      missed: () => {
        this.past.missed(this.store.getState().devices.keys())
        this.notifications.missed()
      },
      readings: (series) => this.intake.receive(series),
      known: (device, latest) => {
        if (latest) this.readings.seedLatest(device, latest)
        this.past.back(device)
      },
      gone: (device) => this.forget(device),
      come: () => this.annotations.resume(),
      annotations: (changes) => this.annotations.told(changes, this.store.getState().client),
      notifications: this.notifications,
      listeners: this.listeners,
    }
  }

  private knows(device: string): boolean {
    return this.store.getState().devices.has(device)
  }

  private forget(id: string): void {
    this.intake.forget(id)
    this.annotations.forget(id)
  }

  private onView(view: ViewWindow): void {
    this.intake.show(view.mode === 'fixed')
    this.lookAt(view)
    if (view.mode === 'live') this.intake.trim()
  }

  private lookAt(view: ViewWindow): void {
    this.past.look(view)
    this.annotations.look(this.stretch())
  }

  private tick(): void {
    this.past.tick()
    this.annotations.tick(this.stretch())
  }
}
