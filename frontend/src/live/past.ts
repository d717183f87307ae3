// What the history fills in for the window on screen: all readings of a short one, averages of a long one.
import type { History, Series } from '../protocol/series'
import { Backfill, type FetchHistory } from './backfill'
import { stepFor } from './levels'
import type { Piece } from './piece'
import { PieceLoader, type FetchPageHistory, type Wanted } from './piece-loader'
import { Pieces } from './pieces'
import { showsReadings, spanMs, stretch, type Stretch, type ViewWindow } from './view-window'

// Devices which are not on the charts keep enough for their sparkline.
export const SPARKLINE_MS = 120_000
// What came since the newest average was made; it is made anew more often than this.
const TAIL_MS = 900_000
const USUAL_PIXELS = 1_000

export type PastOptions = {
  readonly fetchHistory: FetchHistory
  readonly fetchPageHistory: FetchPageHistory
  readonly merge: (history: History) => void
  readonly onStatus: (status: { loading: number; failed: boolean }) => void
  readonly nowMs: () => number
}

export class Past {
  private readonly nowMs: () => number
  private readonly pieces = new Pieces()
  private readonly backfill: Backfill
  private readonly loader: PieceLoader
  private charted: readonly string[] = []
  private readonly gone = new Set<string>()
  private metrics: readonly string[] = []
  private pixels = USUAL_PIXELS
  private view: ViewWindow = { mode: 'live', spanMs: 0 }
  private short = true
  private readonly status = {
    backfill: { loading: 0, failed: false },
    loader: { loading: 0, failed: false },
  }

  constructor(options: PastOptions) {
    const { fetchHistory, fetchPageHistory, merge, nowMs } = options
    this.nowMs = nowMs
    const onStatus = (of: 'backfill' | 'loader') => (status: { loading: number; failed: boolean }) => {
      this.status[of] = status
      const { backfill, loader } = this.status
      const loading = backfill.loading + loader.loading
      options.onStatus({ loading, failed: backfill.failed || loader.failed })
    }
    this.backfill = new Backfill({ fetchHistory, merge, nowMs, onStatus: onStatus('backfill') })
    const { pieces } = this
    this.loader = new PieceLoader({ fetch: fetchPageHistory, pieces, nowMs, onStatus: onStatus('loader') })
  }

  /** Whether the window is drawn from single readings. Decided as one looks, and so it stays while time goes on. */
  get isShort(): boolean {
    return this.short
  }

  look(view: ViewWindow): void {
    this.view = view
    this.short = showsReadings(view, this.nowMs())
    this.want()
  }

  chart(devices: readonly string[]): void {
    this.charted = devices
    this.gone.clear()
    this.want()
  }

  /** It went and came back before the page had time to say anything. */
  back(device: string): void {
    if (this.gone.delete(device)) this.want()
  }

  measure(metrics: readonly string[]): void {
    if (metrics.join() === this.metrics.join()) return
    this.metrics = metrics
    this.want()
  }

  /** How many pixels the plots are wide; a few more or less are no reason to read anew. */
  fit(pixels: number): void {
    if (Math.abs(pixels - this.pixels) <= this.pixels * 0.1) return
    this.pixels = pixels
    this.want()
  }

  tick(): void {
    if (!this.short) this.loader.tick(this.wanted())
  }

  /** The line is good again. */
  resume(): void {
    this.backfill.resume()
    this.loader.resume()
    this.want()
  }

  suspend(): void {
    this.backfill.suspend()
    this.loader.suspend()
  }

  /** Nobody knows what came: a board that works off a backlog sends its newest readings first and old ones after them. */
  missed(devices: Iterable<string>): void {
    for (const device of devices) this.backfill.missedSince(device, 0)
    this.pieces.doubtAll(this.nowMs())
    this.want()
  }

  missedSince(device: string, timeMs: number): void {
    this.backfill.missedSince(device, timeMs)
  }

  note(series: Series): void {
    this.pieces.note(series, this.nowMs())
  }

  /** The page tells in its own time which devices are shown then; until it does, this one is not asked for again. */
  forget(device: string): void {
    this.gone.add(device)
    this.backfill.forget(device)
    this.pieces.forget(device)
  }

  /** From when on readings of a device are kept, and what is older is let go. */
  keepFromMs(device: string): number {
    const tailFromMs = this.nowMs() - (this.devices.includes(device) ? TAIL_MS : SPARKLINE_MS)
    if (!this.short) return tailFromMs
    const { fromMs } = stretch(this.view, this.nowMs())
    return this.devices.includes(device) ? fromMs : Math.max(fromMs, tailFromMs)
  }

  dropped(device: string, beforeMs: number): void {
    this.backfill.dropped(device, beforeMs)
  }

  /** From here on the buffer of a device holds all there is, and is what to draw. */
  wholeFromMs(device: string): number {
    return this.short ? this.backfill.wholeFromMs(device) : Infinity
  }

  version(device: string, metric: string): number {
    return this.pieces.version(device, metric)
  }

  /** The pieces over a stretch, best first. */
  over(device: string, metric: string, stretch: Stretch): Piece[] {
    return this.pieces.over(device, metric, stretch, this.levelMs())
  }

  private get devices(): readonly string[] {
    return this.charted.filter((device) => !this.gone.has(device))
  }

  private levelMs(): number {
    return stepFor(spanMs(this.view), this.pixels)
  }

  private wanted(): Wanted | null {
    const { devices, metrics } = this
    if (this.short || devices.length === 0 || metrics.length === 0) return null
    return { devices, metrics, stretch: stretch(this.view, this.nowMs()), levelMs: this.levelMs() }
  }

  private want(): void {
    const nowMs = this.nowMs()
    const { fromMs, toMs } = stretch(this.view, nowMs)
    const isOpen = this.view.mode === 'live' || !this.short
    this.backfill.want(this.devices, {
      fromMs: this.short ? fromMs : nowMs - SPARKLINE_MS,
      toMs: isOpen ? Infinity : toMs,
    })
    this.loader.want(this.wanted())
  }
}
