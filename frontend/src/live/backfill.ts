// What the buffers lack is asked from the history: the window when it opens or widens, and what a lost connection missed.
import type { History } from '../protocol/series'
import { Patience } from './patience'
import type { Stretch } from './view-window'

export type FetchHistory = (ask: {
  device: string
  startMs: number
  endMs: number
  signal: AbortSignal
}) => Promise<History>

export type BackfillOptions = {
  readonly fetchHistory: FetchHistory
  readonly merge: (history: History) => void
  /** Called when the number of open requests or the standing failure changes. */
  readonly onStatus: (status: { loading: number; failed: boolean }) => void
  readonly nowMs: () => number
  readonly parallel?: number
}

type Coverage = {
  /** From here on the buffer is whole, but for the hole. */
  fromMs: number
  /** From here on something may be missing; null when nothing is. */
  holeMs: number | null
  /** Tells a hole found during a request from the one which that request fills. */
  holeNumber: number
  busy: boolean
}

type Plan = { startMs: number; endMs: number }

// Boards whose clock runs ahead are accepted up to a day: their newest readings belong to the answer too.
const AHEAD_MS = 86_400_000
// Frames that were under way when the line broke.
const OVERLAP_MS = 5_000

export class Backfill {
  private readonly options: BackfillOptions
  private readonly coverage = new Map<string, Coverage>()
  private wanted: readonly string[] = []
  private window: Stretch = { fromMs: 0, toMs: Infinity }
  private readonly patience = new Patience(() => this.pump())
  private open = 0
  private abort = new AbortController()

  constructor(options: BackfillOptions) {
    this.options = options
  }

  /** Which devices are shown, and which window: what is missing of that is fetched. A live window has no end. */
  want(devices: readonly string[], window: Stretch): void {
    this.wanted = devices
    this.window = window
    this.pump()
  }

  /** Only after the live frames flow: then nothing can fall between history and frames. */
  resume(): void {
    this.patience.resume()
  }

  suspend(): void {
    this.patience.suspend()
    this.abort.abort()
    this.abort = new AbortController()
  }

  missedSince(device: string, timeMs: number): void {
    const entry = this.entry(device)
    const sinceMs = timeMs - OVERLAP_MS
    entry.holeMs = entry.holeMs === null ? sinceMs : Math.min(entry.holeMs, sinceMs)
    entry.holeNumber++
  }

  /** The buffer let go of what is older. */
  dropped(device: string, beforeMs: number): void {
    const entry = this.coverage.get(device)
    if (entry && entry.fromMs < beforeMs) entry.fromMs = beforeMs
  }

  /** From here on the buffer is whole, as far as is known; Infinity where nothing was read yet. */
  wholeFromMs(device: string): number {
    return this.coverage.get(device)?.fromMs ?? Infinity
  }

  forget(device: string): void {
    this.coverage.delete(device)
  }

  private entry(device: string): Coverage {
    let entry = this.coverage.get(device)
    if (!entry) {
      entry = { fromMs: Infinity, holeMs: null, holeNumber: 0, busy: false }
      this.coverage.set(device, entry)
    }
    return entry
  }

  private plan(entry: Coverage): Plan | null {
    const { fromMs, toMs } = this.window
    const endOfTime = this.options.nowMs() + AHEAD_MS
    if (entry.fromMs === Infinity) return { startMs: fromMs, endMs: endOfTime }
    if (entry.holeMs !== null && entry.holeMs < toMs) {
      return { startMs: Math.max(entry.holeMs, fromMs), endMs: endOfTime }
    }
    return entry.fromMs > fromMs ? { startMs: fromMs, endMs: entry.fromMs } : null
  }

  private pump(): void {
    if (!this.patience.mayAsk) return
    for (const device of this.wanted) {
      if (this.open >= (this.options.parallel ?? 4)) return
      const entry = this.entry(device)
      const plan = entry.busy ? null : this.plan(entry)
      if (plan) void this.run(device, entry, plan)
    }
  }

  private async run(device: string, entry: Coverage, plan: Plan): Promise<void> {
    const signal = this.abort.signal
    const holeNumber = entry.holeNumber
    entry.busy = true
    this.report(+1)
    try {
      await this.fetchAll(device, plan, signal)
      this.noteFilled(entry, plan, holeNumber)
      this.patience.succeeded()
    } catch (error) {
      // Of a device that went meanwhile nothing can be read, and nobody misses it.
      if (!signal.aborted && this.coverage.get(device) === entry) this.patience.failed(error)
    } finally {
      entry.busy = false
      this.report(-1)
      this.pump()
    }
  }

  private noteFilled(entry: Coverage, plan: Plan, holeNumber: number): void {
    const reachesNow = plan.endMs > this.options.nowMs()
    const remainsOpen = entry.holeMs !== null && entry.holeMs < plan.startMs
    // What the hole has before the window stays missing, so the buffer is whole only from the window on.
    entry.fromMs = reachesNow && remainsOpen ? plan.startMs : Math.min(entry.fromMs, plan.startMs)
    if (reachesNow && entry.holeNumber === holeNumber) entry.holeMs = null
  }

  /** An answer holds a bounded number of readings, the newest: the older ones are asked for until all are there. */
  private async fetchAll(device: string, plan: Plan, signal: AbortSignal): Promise<void> {
    let { endMs } = plan
    for (;;) {
      const history = await this.options.fetchHistory({ device, startMs: plan.startMs, endMs, signal })
      signal.throwIfAborted()
      this.options.merge(history)
      const oldestMs = history.timeMs[0]
      if (history.complete || oldestMs === undefined || oldestMs >= endMs) return
      endMs = oldestMs
    }
  }

  private report(change: number): void {
    this.open += change
    this.options.onStatus({ loading: this.open, failed: this.patience.hasFailed })
  }
}
