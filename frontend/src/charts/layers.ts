// What is known of one line in several resolutions, laid over one another: the best on top, and no time drawn twice.
import type { BufferView } from '../live/series-buffer'
import type { Piece } from '../live/piece'
import type { Stretch } from '../live/view-window'

export type Source = {
  readonly device: string
  /** Changes whenever what is to be drawn may have changed. */
  readonly version: number
  readonly intervalMs: number
  readonly slot: number
  readonly view: () => BufferView | undefined
  /** From here on the buffer is whole; Infinity where it is not used first. */
  readonly wholeFromMs: number
  /** The history's pieces over the stretch, best first. */
  readonly pieces: (stretch: Stretch) => readonly Piece[]
  /** What was filled in late. */
  readonly late: readonly Stretch[]
}

/** A stretch of a line, drawn from a piece, or from the readings of the buffer. */
export type Layer = Stretch & { readonly piece: Piece | null }

/** The layers a stretch is drawn from, ascending and side by side. */
export function layersOf(source: Source, stretch: Stretch): Layer[] {
  const whole = { fromMs: source.wholeFromMs, toMs: Infinity, piece: null }
  const pieces = source.pieces(stretch).map((piece) => ({ fromMs: piece.fromMs, toMs: piece.toMs, piece }))
  const whatever = { fromMs: -Infinity, toMs: Infinity, piece: null }
  return stacked([whole, ...pieces, whatever], stretch)
}

function stacked(layers: readonly Layer[], stretch: Stretch): Layer[] {
  let open: Stretch[] = [stretch]
  const seen: Layer[] = []
  for (const layer of layers) {
    const left: Stretch[] = []
    for (const gap of open) {
      const fromMs = Math.max(gap.fromMs, layer.fromMs)
      const toMs = Math.min(gap.toMs, layer.toMs)
      if (fromMs >= toMs) {
        left.push(gap)
        continue
      }
      seen.push({ fromMs, toMs, piece: layer.piece })
      if (gap.fromMs < fromMs) left.push({ fromMs: gap.fromMs, toMs: fromMs })
      if (toMs < gap.toMs) left.push({ fromMs: toMs, toMs: gap.toMs })
    }
    open = left
    if (open.length === 0) break
  }
  return seen.sort((a, b) => a.fromMs - b.fromMs)
}
