// Asks the history for the pieces a long window lacks: what is seen first, a little around it ahead, and newer ones in time.
import type { History } from '../protocol/series'
import { CHUNK_POINTS, chunkNumbers, chunksTogether, chunkStretch } from './levels'
import { Patience } from './patience'
import { pieceOf } from './piece'
import type { Held, Pieces } from './pieces'
import type { Stretch } from './view-window'

export type FetchPageHistory = (ask: {
  devices: readonly string[]
  metrics: readonly string[]
  startMs: number
  endMs: number
  points: number
  signal: AbortSignal
}) => Promise<readonly History[]>

export type Wanted = {
  readonly devices: readonly string[]
  readonly metrics: readonly string[]
  readonly stretch: Stretch
  readonly levelMs: number
}

export type LoaderOptions = {
  readonly fetch: FetchPageHistory
  readonly pieces: Pieces
  readonly nowMs: () => number
  readonly onStatus: (status: { loading: number; failed: boolean }) => void
  readonly parallel?: number
}

type Run = {
  readonly levelMs: number
  readonly first: number
  readonly last: number
  readonly devices: readonly string[]
  readonly metrics: readonly string[]
}
type Open = Run & { readonly abort: AbortController }

// While fingers move, one request a moment is enough.
const DEBOUNCE_MS = 120
const LONGEST_DEBOUNCE_MS = 400
// Frames that were under way while the answer was made.
const OVERLAP_MS = 5_000
// How often the end of a running window is read anew: once a point, but neither all the time nor never.
const FRESH_MS = 30_000
const STALE_MS = 600_000
// A backlog makes pieces wrong many times a second. Once it is over they are read anew ever less often, until they settle.
const MEND_OFTEN_MS = 2_000
const MEND_SELDOM_MS = 60_000

export class PieceLoader {
  private readonly options: LoaderOptions
  private wanted: Wanted | null = null
  private readonly patience = new Patience(() => this.pump())
  private readonly open = new Set<Open>()
  private debounce: ReturnType<typeof setTimeout> | undefined
  private debouncedSinceMs = 0

  constructor(options: LoaderOptions) {
    this.options = options
  }

  /** What is shown; null while no history of averages is needed. */
  want(wanted: Wanted | null): void {
    this.wanted = wanted
    this.abortOvertaken()
    const nowMs = Date.now()
    if (this.debounce === undefined) this.debouncedSinceMs = nowMs
    else clearTimeout(this.debounce)
    const left = this.debouncedSinceMs + LONGEST_DEBOUNCE_MS - nowMs
    this.debounce = setTimeout(() => this.pump(), Math.max(0, Math.min(DEBOUNCE_MS, left)))
  }

  /** Time went on: a running window moved, and ends grew old. */
  tick(wanted: Wanted | null): void {
    this.wanted = wanted
    if (this.debounce === undefined) this.pump()
  }

  resume(): void {
    this.patience.resume()
  }

  suspend(): void {
    this.patience.suspend()
    for (const { abort } of this.open) abort.abort()
  }

  private pump(): void {
    clearTimeout(this.debounce)
    this.debounce = undefined
    if (!this.patience.mayAsk || !this.wanted) return
    const seen = this.runs(this.wanted, this.wanted.stretch)
    const ahead =
      seen.length || this.open.size ? [] : this.runs(this.wanted, this.around(this.wanted.stretch))
    for (const run of [...seen, ...ahead]) {
      if (this.open.size >= (this.options.parallel ?? 3)) return
      void this.read(run)
    }
  }

  /** Half a window on both sides, so that a little panning finds all there. */
  private around({ fromMs, toMs }: Stretch): Stretch {
    const half = (toMs - fromMs) / 2
    return { fromMs: fromMs - half, toMs: Math.min(toMs + half, this.options.nowMs()) }
  }

  /** The chunks that are lacking, neighbours that lack the same in one request, the newest first. */
  private runs(wanted: Wanted, stretch: Stretch): Run[] {
    const runs: (Run & { key: string })[] = []
    const end = Math.min(stretch.toMs, this.options.nowMs())
    for (const chunk of chunkNumbers({ ...stretch, toMs: end }, wanted.levelMs).reverse()) {
      const lack = this.lackOf(wanted, chunk)
      if (!lack) continue
      const newer = runs.at(-1)
      const joins = newer?.key === lack.key && newer.first === chunk + 1
      if (joins && newer.last - chunk < chunksTogether(wanted.levelMs))
        runs[runs.length - 1] = { ...newer, first: chunk }
      else runs.push({ ...lack, levelMs: wanted.levelMs, first: chunk, last: chunk })
    }
    return runs
  }

  private lackOf(wanted: Wanted, chunk: number) {
    const { devices, metrics, levelMs } = wanted
    if (this.isOpen(levelMs, chunk)) return null
    const lacks = (device: string, metric: string) =>
      this.isDue(this.options.pieces.get(device, metric, levelMs, chunk), wanted)
    const lackingDevices = devices.filter((device) => metrics.some((metric) => lacks(device, metric)))
    const lackingMetrics = metrics.filter((metric) => lackingDevices.some((device) => lacks(device, metric)))
    if (lackingMetrics.length === 0) return null
    const key = `${lackingDevices.join()}|${lackingMetrics.join()}`
    return { devices: lackingDevices, metrics: lackingMetrics, key }
  }

  private isOpen(levelMs: number, chunk: number): boolean {
    return [...this.open].some((one) => one.levelMs === levelMs && chunk >= one.first && chunk <= one.last)
  }

  private isDue(held: Held | undefined, { levelMs, stretch }: Wanted): boolean {
    if (!held) return true
    const ageMs = this.options.nowMs() - held.readAtMs
    if (held.wrongAtMs !== null) {
      const quietMs = held.readAtMs - held.wrongAtMs
      return ageMs >= Math.min(Math.max(quietMs, MEND_OFTEN_MS), MEND_SELDOM_MS)
    }
    const isWhole = held.piece.toMs >= Math.min(chunkEnd(held, levelMs), stretch.toMs)
    return !isWhole && ageMs >= Math.min(Math.max(levelMs, FRESH_MS), STALE_MS)
  }

  private async read(run: Run): Promise<void> {
    const open: Open = { ...run, abort: new AbortController() }
    const askedAtMs = this.options.nowMs()
    this.open.add(open)
    this.report()
    try {
      const histories = await this.options.fetch({
        devices: run.devices,
        metrics: run.metrics,
        startMs: chunkStretch(run.first, run.levelMs).fromMs,
        endMs: chunkStretch(run.last, run.levelMs).toMs,
        points: (run.last - run.first + 1) * CHUNK_POINTS,
        signal: open.abort.signal,
      })
      open.abort.signal.throwIfAborted()
      this.take(run, histories, askedAtMs)
      this.patience.succeeded()
    } catch (error) {
      if (!open.abort.signal.aborted) this.patience.failed(error)
    } finally {
      this.open.delete(open)
      this.report()
      if (this.debounce === undefined) this.pump()
    }
  }

  private take(run: Run, histories: readonly History[], askedAtMs: number): void {
    const knownMs = askedAtMs - OVERLAP_MS
    for (const device of run.devices) {
      const history = histories.find((one) => one.device === device)
      for (const metric of run.metrics) {
        for (let chunk = run.first; chunk <= run.last; chunk++) {
          const stretch = chunkStretch(chunk, run.levelMs)
          const piece = pieceOf({ history, metric, levelMs: run.levelMs, chunk: stretch, knownMs })
          this.options.pieces.put(device, metric, chunk, piece, askedAtMs, history?.complete)
        }
      }
    }
  }

  /** What is no longer looked at need not be answered. */
  private abortOvertaken(): void {
    for (const open of this.open) {
      const { wanted } = this
      const around = wanted && this.around(wanted.stretch)
      const fromMs = chunkStretch(open.first, open.levelMs).fromMs
      const { toMs } = chunkStretch(open.last, open.levelMs)
      const isWanted =
        wanted?.levelMs === open.levelMs && around && fromMs < around.toMs && toMs > around.fromMs
      if (!isWanted) open.abort.abort()
    }
  }

  private report(): void {
    this.options.onStatus({ loading: this.open.size, failed: this.patience.hasFailed })
  }
}

function chunkEnd(held: Held, levelMs: number): number {
  return held.piece.fromMs + levelMs * CHUNK_POINTS
}
