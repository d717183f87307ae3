// Where readings go in: into the buffers, and while the window stands still no further than there is room.
import type { StoreApi } from 'zustand/vanilla'
import type { Series } from '../protocol/series'
import type { LateArrivals } from './late-arrivals'
import type { Past } from './past'
import type { LatestValues, Readings } from './readings'
import { Standstill } from './standstill'
import * as step from './state'

const SLACK_MS = 30_000

type IntakeOptions = {
  readonly store: StoreApi<step.LiveState>
  readonly readings: Readings
  readonly late: LateArrivals
  readonly past: Past
  readonly nowMs: () => number
}

export class Intake {
  private readonly options: IntakeOptions
  private still: Standstill | null = null

  constructor(options: IntakeOptions) {
    this.options = options
  }

  /** How many readings came in since the window stands still. */
  get arrived(): number {
    return this.still?.arrived ?? 0
  }

  /** When the newest values were held; null while they go on. */
  get heldAtMs(): number | null {
    return this.still?.heldAtMs ?? null
  }

  latest(device: string): LatestValues {
    return this.still?.latest(device) ?? this.options.readings.latest(device)
  }

  /** As they happen. */
  receive(series: Series): void {
    const { late, past, readings, nowMs } = this.options
    late.note(series, nowMs(), readings.newestMs(series.device))
    past.note(series)
    const added = this.take(series)
    if (this.still) this.still.arrived += added
  }

  /** From wherever they come. Gives how many were new. */
  take(series: Series): number {
    const { store, readings } = this.options
    const patch = step.measured(store.getState(), series.device, [...series.values.keys()])
    if (patch) store.setState(patch)
    if (this.isFullFor(series)) return series.timeMs.length
    return readings.merge(series)
  }

  /** Another window is shown, which runs or stands still. What was turned away for the one before is read from the history. */
  show(isStill: boolean): void {
    this.makeRoom()
    if (isStill) this.still ??= new Standstill()
    else this.goOn()
  }

  /** In a window that stands still the newest values stand still from now on, too. */
  hold(): void {
    this.still?.hold(this.options.readings.snapshotLatest(), this.options.nowMs())
    this.options.store.setState({ held: true })
  }

  /** Lets go of what no window shows. */
  trim(): void {
    const { store, readings, past } = this.options
    for (const id of store.getState().devices.keys()) {
      const keepMs = past.keepFromMs(id) - SLACK_MS
      readings.dropBefore(id, keepMs)
      past.dropped(id, keepMs)
    }
  }

  forget(device: string): void {
    const { readings, late, past } = this.options
    readings.forget(device)
    late.forget(device)
    past.forget(device)
  }

  private makeRoom(): void {
    if (!this.still?.full.size) return
    for (const [device, sinceMs] of this.still.full) this.options.past.missedSince(device, sinceMs)
    this.still.full.clear()
    this.options.store.setState({ pauseIsFull: false })
  }

  private goOn(): void {
    this.still = null
    this.options.store.setState({ held: false })
  }

  // A full buffer would let go of what the still charts show, so what comes then waits in the history until resume.
  private isFullFor(series: Series): boolean {
    const { store, readings, past } = this.options
    const still = past.isShort ? this.still : null
    const firstMs = series.timeMs[0]
    const buffer = readings.buffer(series.device)
    if (!still || !buffer || firstMs === undefined) return false
    if (!still.full.has(series.device) && buffer.hasRoomFor(series.timeMs.length)) return false
    readings.mergeLatest(series)
    still.turnAway(series.device, firstMs)
    if (still.full.size === 1) store.setState({ pauseIsFull: true })
    return true
  }
}
