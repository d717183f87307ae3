// The newest of what a chart draws of a metric in the window, as rows of a table: pure.
import { layersOf, type Layer, type Source } from '../../charts/layers'
import { pointAt, type Reading } from '../../charts/nearest'
import { lowerBound } from '../../live/search'
import type { Stretch } from '../../live/view-window'

export type TableRow = Reading & { readonly device: string }

export function tableRows(
  sources: readonly { readonly device: string; readonly source: Source }[],
  metric: string,
  { fromMs, toMs }: Stretch,
  limit: number,
): TableRow[] {
  const rows = sources.flatMap(({ device, source }) => {
    const layers = layersOf(source, { fromMs, toMs: toMs + 1 }).reverse()
    const newest: TableRow[] = []
    for (const layer of layers) {
      for (const reading of newestOf(source, metric, layer, limit - newest.length)) {
        newest.push({ ...reading, device })
      }
    }
    return newest
  })
  return rows.sort((a, b) => b.timeMs - a.timeMs).slice(0, limit)
}

function newestOf(source: Source, metric: string, layer: Layer, most: number): Reading[] {
  const { piece } = layer
  const view = source.view()
  const times = piece ? piece.drawnMs : view?.times
  const values = piece ? piece.mean : view?.column(metric)
  const rows: Reading[] = []
  if (!times || !values) return rows
  const first = lowerBound(times, layer.fromMs)
  for (let row = lowerBound(times, layer.toMs) - 1; row >= first && rows.length < most; row--) {
    const value = values[row] as number
    if (Number.isNaN(value)) continue
    const point = piece && pointAt(piece, row)
    rows.push(point ?? { timeMs: times[row] as number, value, group: null })
  }
  return rows
}
