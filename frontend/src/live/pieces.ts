// The pieces of history which the page holds, of all devices, metrics and widths; the longest unused go first.
import type { Series } from '../protocol/series'
import type { Piece } from './piece'
import type { Stretch } from './view-window'

/** Late readings make a piece wrong: it is drawn on, and read anew until what came last is surely in it. */
export type Held = { piece: Piece; readAtMs: number; wrongAtMs: number | null; used: number }

// Numbers held at most: some 40 MB.
const MOST_NUMBERS = 5_000_000
const COLUMNS = 6
// The server's averages follow late readings after a while.
const SETTLED_MS = 120_000

type Shelf = { readonly held: Map<string, Held>; version: number }

const placeOf = (levelMs: number, chunk: number) => `${levelMs}/${chunk}`

export class Pieces {
  private readonly shelves = new Map<string, Map<string, Shelf>>()
  private readonly most: number
  private numbers = 0
  private uses = 0

  constructor(most = MOST_NUMBERS) {
    this.most = most
  }

  get(device: string, metric: string, levelMs: number, chunk: number): Held | undefined {
    return this.shelf(device, metric)?.held.get(placeOf(levelMs, chunk))
  }

  /** Grows whenever what is held of a metric changes. */
  version(device: string, metric: string): number {
    return this.shelf(device, metric)?.version ?? 0
  }

  /** A piece that is not `complete` yet is read anew, too. */
  put(device: string, metric: string, chunk: number, piece: Piece, readAtMs: number, complete = true): void {
    const shelf = this.ensureShelf(device, metric)
    const place = placeOf(piece.levelMs, chunk)
    const before = shelf.held.get(place)
    this.numbers += size(piece) - size(before?.piece)
    const wrongAtMs = before ? before.wrongAtMs : complete ? null : readAtMs
    const isSettled = wrongAtMs === null || readAtMs - wrongAtMs >= SETTLED_MS
    shelf.held.set(place, { piece, readAtMs, wrongAtMs: isSettled ? null : wrongAtMs, used: ++this.uses })
    shelf.version++
    if (this.numbers > this.most) this.letGo()
  }

  /** What is held of a stretch, best first: of the wanted width, then of those nearest to it. */
  over(device: string, metric: string, { fromMs, toMs }: Stretch, levelMs: number): Piece[] {
    const shelf = this.shelf(device, metric)
    const found = [...(shelf?.held.values() ?? [])].filter(
      ({ piece }) => piece.fromMs < toMs && piece.toMs > fromMs,
    )
    for (const one of found) one.used = ++this.uses
    const distance = (piece: Piece) => Math.abs(Math.log(piece.levelMs / levelMs))
    return found.map(({ piece }) => piece).sort((a, b) => distance(a) - distance(b) || a.fromMs - b.fromMs)
  }

  /** Readings came in: where a piece already knew that time, it is wrong now. */
  note(series: Series, nowMs: number): void {
    const shelves = this.shelves.get(series.device)
    for (const metric of shelves ? series.values.keys() : []) {
      for (const held of shelves?.get(metric)?.held.values() ?? []) {
        if (series.timeMs.some((timeMs) => holds(held.piece, timeMs))) held.wrongAtMs = nowMs
      }
    }
  }

  /** Nobody knows what came meanwhile. */
  doubtAll(nowMs: number): void {
    for (const held of this.all()) held.wrongAtMs = nowMs
  }

  forget(device: string): void {
    for (const { held } of this.shelves.get(device)?.values() ?? []) {
      for (const { piece } of held.values()) this.numbers -= size(piece)
    }
    this.shelves.delete(device)
  }

  private *all(): Iterable<Held> {
    for (const metrics of this.shelves.values()) for (const { held } of metrics.values()) yield* held.values()
  }

  // Down to three quarters at once, so that it is not done for each piece.
  private letGo(): void {
    const byUse = [...this.all()].sort((a, b) => a.used - b.used)
    const goes = new Set<Held>()
    let left = this.numbers
    for (const held of byUse) {
      if (left <= this.most * 0.75) break
      left -= size(held.piece)
      goes.add(held)
    }
    for (const metrics of this.shelves.values()) {
      for (const shelf of metrics.values()) {
        for (const [place, held] of shelf.held) if (goes.has(held)) shelf.held.delete(place)
      }
    }
    this.numbers = left
  }

  private shelf(device: string, metric: string): Shelf | undefined {
    return this.shelves.get(device)?.get(metric)
  }

  private ensureShelf(device: string, metric: string): Shelf {
    const metrics = this.shelves.get(device) ?? new Map<string, Shelf>()
    this.shelves.set(device, metrics)
    const shelf = metrics.get(metric) ?? { held: new Map(), version: 0 }
    metrics.set(metric, shelf)
    return shelf
  }
}

function size(piece: Piece | undefined): number {
  return piece ? piece.mean.length * COLUMNS + COLUMNS : 0
}

function holds(piece: Piece, timeMs: number): boolean {
  return timeMs >= piece.fromMs && timeMs < piece.toMs
}
