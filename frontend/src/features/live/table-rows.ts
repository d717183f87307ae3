// The newest readings of a metric in the window, as rows of a table: pure.
import { lowerBound } from '../../live/search'
import type { BufferView } from '../../live/series-buffer'
import type { Stretch } from '../../live/view-window'

export type TableRow = { readonly device: string; readonly timeMs: number; readonly value: number }

export function tableRows(
  sources: readonly { readonly device: string; readonly view: BufferView | undefined }[],
  metric: string,
  { fromMs, toMs }: Stretch,
  limit: number,
): TableRow[] {
  const rows: TableRow[] = []
  for (const { device, view } of sources) {
    const values = view?.column(metric)
    if (!view || !values) continue
    const first = lowerBound(view.times, fromMs)
    let taken = 0
    for (let row = lowerBound(view.times, toMs + 1) - 1; row >= first && taken < limit; row--) {
      const value = values[row] as number
      if (Number.isNaN(value)) continue
      rows.push({ device, timeMs: view.times[row] as number, value })
      taken++
    }
  }
  return rows.sort((a, b) => b.timeMs - a.timeMs).slice(0, limit)
}
