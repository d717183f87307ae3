// From the layers of a line to what is drawn of it: the line, the band of its extremes, and how far both reach.
import type { Piece } from '../live/piece'
import { lowerBound } from '../live/search'
import type { Stretch } from '../live/view-window'
import { BandWriter, type Band } from './band'
import { extent, writeReadings, type Points } from './bins'
import { breakMs, pieceBreakMs } from './break-time'
import { layersOf, type Layer, type Source } from './layers'
import { PointWriter } from './point-writer'

export type Trace = Points & {
  readonly bands: readonly Band[]
  /** The widths of the points drawn; 0 for single readings. */
  readonly stepsMs: readonly number[]
}

export type TraceAsk = Stretch & {
  readonly metric: string
  readonly pixels: number
  readonly circle: number | undefined
}

type Extent = readonly [minimum: number, maximum: number]
/** From `start` to `end` is drawn, from `inside` to `outside` is seen. */
type SeenRows = {
  readonly start: number
  end: number
  readonly inside: number
  readonly outside: number
}

const NOTHING: Extent = [Infinity, -Infinity]
// So that the readings next to a very short window are found.
const LEAST_MARGIN_MS = 900_000

function wider(one: Extent, other: Extent): Extent {
  return [Math.min(one[0], other[0]), Math.max(one[1], other[1])]
}

class Tracer {
  private seen: Extent = NOTHING
  private around: Extent = NOTHING
  private readonly steps = new Set<number>()
  private readonly line: PointWriter
  private readonly band: BandWriter
  private readonly source: Source
  private readonly ask: TraceAsk
  private readonly pixelMs: number
  // Between two layers the more patient of them decides.
  private patienceMs = 0

  constructor(source: Source, ask: TraceAsk) {
    this.source = source
    this.ask = ask
    this.pixelMs = (ask.toMs - ask.fromMs) / Math.max(ask.pixels, 1)
    this.line = new PointWriter({ pixelMs: this.pixelMs, circle: ask.circle }, ask.pixels * 2)
    this.band = new BandWriter(this.pixelMs)
  }

  trace(): Trace {
    const { fromMs, toMs } = this.ask
    const span = Math.max(toMs - fromMs, LEAST_MARGIN_MS)
    for (const layer of layersOf(this.source, { fromMs: fromMs - span, toMs: toMs + span })) {
      if (layer.piece) this.addPiece(layer.piece, layer)
      else this.addReadings(layer)
    }
    const { seen, around } = this
    const [minimum, maximum] = seen[0] > seen[1] ? around : seen
    return {
      data: this.line.finish(),
      minimum,
      maximum,
      bands: this.band.finish(),
      stepsMs: [...this.steps],
    }
  }

  private addReadings(layer: Layer): void {
    const view = this.source.view()
    const values = view?.column(this.ask.metric)
    if (!view || !values) return
    const rows = this.rowsOf(view.times, values, layer, 0)
    // What comes after a pause does not touch its picture.
    if (rows.inside < rows.outside) rows.end = rows.outside
    const ownBreakMs = breakMs(view.times, values, this.source.intervalMs)
    this.note(rows, 0, values, values)
    writeReadings(this.line, view.times, values, {
      ...rows,
      pixelMs: this.pixelMs,
      breakMs: Math.max(ownBreakMs, this.patienceMs),
      most: this.ask.pixels * 2,
    })
    if (rows.start < rows.end) this.patienceMs = ownBreakMs
  }

  private addPiece(piece: Piece, layer: Layer): void {
    const rows = this.rowsOf(piece.drawnMs, piece.mean, layer, piece.stepMs / 2)
    const isBanded = this.hasBand(piece)
    this.note(rows, piece.stepMs, isBanded ? piece.low : piece.mean, isBanded ? piece.high : piece.mean)
    const ownBreakMs = pieceBreakMs(piece, this.source.intervalMs)
    let patienceMs = Math.max(ownBreakMs, this.patienceMs)
    for (let row = rows.start; row < rows.end; row++) {
      this.addPoint(piece, row, patienceMs)
      patienceMs = this.patienceMs = ownBreakMs
    }
  }

  private addPoint(piece: Piece, row: number, patienceMs: number): void {
    const timeMs = piece.drawnMs[row] as number
    this.line.write(timeMs, piece.mean[row] as number, patienceMs)
    if (!this.hasBand(piece)) return
    this.band.write(timeMs, piece.low[row] as number, piece.high[row] as number, patienceMs)
  }

  /** What is seen of a layer, and one more on both sides, so that lines come in at the edges and go out there. */
  private rowsOf(times: Float64Array, values: Float64Array, layer: Layer, halfMs: number): SeenRows {
    const { fromMs, toMs } = this.ask
    const first = lowerBound(times, layer.fromMs)
    const last = lowerBound(times, layer.toMs)
    const inside = lowerBound(times, fromMs - halfMs, first, last)
    const outside = lowerBound(times, toMs + halfMs + 1, inside, last)
    let start = Math.max(first, inside - 1)
    while (start > first && Number.isNaN(values[start])) start--
    let end = Math.min(last, outside + 1)
    while (end < last && Number.isNaN(values[end - 1])) end++
    return { start, end, inside, outside }
  }

  private note(rows: SeenRows, stepMs: number, low: Float64Array, high: Float64Array): void {
    const { start, end, inside, outside } = rows
    this.seen = wider(this.seen, [extent(low, inside, outside)[0], extent(high, inside, outside)[1]])
    this.around = wider(this.around, [extent(low, start, end)[0], extent(high, start, end)[1]])
    if (inside < outside) this.steps.add(stepMs)
  }

  // The extremes of an angle lie on both sides of north: a band of them would say nothing.
  private hasBand(piece: Piece): boolean {
    return piece.stepMs > 0 && this.ask.circle === undefined
  }
}

export function traceOf(source: Source, ask: TraceAsk): Trace {
  return new Tracer(source, ask).trace()
}
