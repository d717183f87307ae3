// Pieces of history for tests.
import { pieceOf, type Piece } from '../live/piece'
import type { History } from '../protocol/series'

/** Points of one width, one after the other from a moment on; NaN leaves one out. */
export function pieceFrom(
  fromMs: number,
  stepMs: number,
  means: readonly number[],
  over: Partial<Piece> = {},
): Piece {
  const rows = means.flatMap((mean, row) => (Number.isNaN(mean) ? [] : [row]))
  const kept = rows.map((row) => means[row] as number)
  const history: History = {
    device: 'kitchen',
    complete: true,
    stepMs,
    timeMs: rows.map((row) => fromMs + row * stepMs),
    values: new Map([['co2', kept]]),
    low: new Map([['co2', kept.map((mean) => mean - 1)]]),
    high: new Map([['co2', kept.map((mean) => mean + 1)]]),
    count: new Map([['co2', kept.map(() => 60)]]),
  }
  const toMs = fromMs + means.length * stepMs
  const piece = pieceOf({ history, metric: 'co2', levelMs: stepMs, chunk: { fromMs, toMs }, knownMs: toMs })
  return { ...piece, ...over }
}
