// A chunk of one metric's history, as columns ready to be drawn.
import type { Column, History } from '../protocol/series'
import type { Stretch } from './view-window'

export type Piece = Stretch & {
  /** The width that was asked for: pieces of one width lie side by side. */
  readonly levelMs: number
  /** The width of its points; 0 for readings as they are. */
  readonly stepMs: number
  readonly startMs: Float64Array
  /** Where a point is drawn: in the middle of what it stands for. */
  readonly drawnMs: Float64Array
  readonly mean: Float64Array
  readonly low: Float64Array
  readonly high: Float64Array
  readonly count: Float64Array
}

export type PieceAsk = {
  readonly history: History | undefined
  readonly metric: string
  readonly levelMs: number
  readonly chunk: Stretch
  /** Up to here the answer knows all; what came later is not in it. */
  readonly knownMs: number
}

function numbers(rows: readonly number[], column: Column | undefined, otherwise: Float64Array): Float64Array {
  if (!column) return otherwise
  return Float64Array.from(rows, (row, index) => column[row] ?? (otherwise[index] as number))
}

export function pieceOf({ history, metric, levelMs, chunk, knownMs }: PieceAsk): Piece {
  const stepMs = history?.stepMs ?? 0
  const toMs = Math.min(chunk.toMs, Math.max(knownMs, chunk.fromMs))
  const column = history?.values.get(metric) ?? []
  const times = history?.timeMs ?? []
  // The newest point is not full yet: the middle of what it has so far.
  const drawn = (startMs: number) => (startMs + Math.max(startMs, Math.min(startMs + stepMs, knownMs))) / 2
  const rows: number[] = []
  column.forEach((value, row) => {
    const timeMs = stepMs ? drawn(times[row] as number) : (times[row] as number)
    // A point at the edge is in two answers: it belongs to the chunk that holds its middle.
    if (value !== null && timeMs >= chunk.fromMs && timeMs < chunk.toMs) rows.push(row)
  })
  const startMs = Float64Array.from(rows, (row) => times[row] as number)
  const mean = Float64Array.from(rows, (row) => column[row] as number)
  return {
    fromMs: chunk.fromMs,
    toMs,
    levelMs,
    stepMs,
    startMs,
    drawnMs: stepMs ? startMs.map(drawn) : startMs,
    mean,
    low: numbers(rows, history?.low.get(metric), mean),
    high: numbers(rows, history?.high.get(metric), mean),
    count: numbers(rows, history?.count.get(metric), new Float64Array(rows.length).fill(1)),
  }
}

/** What a point stands for, as a stretch of time. */
export function pointStretch(piece: Piece, row: number): Stretch {
  const fromMs = piece.startMs[row] as number
  return { fromMs, toMs: fromMs + piece.stepMs }
}
