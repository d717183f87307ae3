// One device's readings as sliding columns: ascending times without doubles, NaN where a metric is missing.
import type { Column, Series } from '../protocol/series'
import { lowerBound } from './search'

export type BufferView = {
  readonly times: Float64Array
  column(metric: string): Float64Array | undefined
}

type Rows = {
  readonly timeMs: ArrayLike<number>
  readonly values: ReadonlyMap<string, ArrayLike<number | null>>
}

const FIRST_CAPACITY = 256

function ascendingOrder(times: readonly number[]): number[] | null {
  const sorted = times.every((time, index) => index === 0 || (times[index - 1] ?? 0) <= time)
  if (sorted) return null
  return times.map((_, index) => index).sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0))
}

function reordered(series: Series): Rows {
  const order = ascendingOrder(series.timeMs)
  if (!order) return series
  const pick = <T>(cells: readonly T[]) => order.map((index) => cells[index] as T)
  const values = new Map([...series.values].map(([metric, cells]): [string, Column] => [metric, pick(cells)]))
  return { timeMs: pick(series.timeMs), values }
}

export class SeriesBuffer {
  private times: Float64Array = new Float64Array(FIRST_CAPACITY)
  private readonly columns = new Map<string, Float64Array>()
  private start = 0
  private end = 0
  private readonly limit: number

  constructor(limit = 100_000) {
    this.limit = limit
  }

  get length(): number {
    return this.end - this.start
  }

  get firstMs(): number | undefined {
    return this.length ? this.times[this.start] : undefined
  }

  get lastMs(): number | undefined {
    return this.length ? this.times[this.end - 1] : undefined
  }

  hasRoomFor(count: number): boolean {
    return this.length + count <= this.limit
  }

  metrics(): string[] {
    return [...this.columns.keys()]
  }

  /** Valid until the buffer changes. */
  view(): BufferView {
    const { start, end, columns } = this
    return {
      times: this.times.subarray(start, end),
      column: (metric) => columns.get(metric)?.subarray(start, end),
    }
  }

  /** Takes readings in, late and doubled ones too; returns how many times were new. */
  merge(series: Series): number {
    const incoming = reordered(series)
    const firstMs = incoming.timeMs[0]
    if (firstMs === undefined) return 0
    for (const metric of incoming.values.keys()) this.ensureColumn(metric)
    const tail = this.cutFrom(firstMs)
    let added = 0
    let kept = 0
    for (let row = 0; row < incoming.timeMs.length; row++) {
      const timeMs = incoming.timeMs[row] as number
      while (kept < tail.timeMs.length && (tail.timeMs[kept] as number) <= timeMs) this.put(tail, kept++)
      if (this.put(incoming, row)) added++
    }
    while (kept < tail.timeMs.length) this.put(tail, kept++)
    return added
  }

  dropBefore(timeMs: number): void {
    this.start = lowerBound(this.times, timeMs, this.start, this.end)
  }

  private cutFrom(timeMs: number): Rows {
    const at = lowerBound(this.times, timeMs, this.start, this.end)
    const values = new Map<string, Float64Array>()
    if (at < this.end) {
      for (const [metric, column] of this.columns) values.set(metric, column.slice(at, this.end))
    }
    const timeMsColumn = this.times.slice(at, this.end)
    this.end = at
    return { timeMs: timeMsColumn, values }
  }

  /** Appends a row, or fills what the row of the same millisecond lacks: nothing known is overwritten. */
  private put(rows: Rows, row: number): boolean {
    const timeMs = rows.timeMs[row] as number
    const isNew = this.lastMs !== timeMs
    if (isNew) this.openRow(timeMs)
    const at = this.end - 1
    for (const [metric, cells] of rows.values) {
      const value = cells[row]
      const column = this.columns.get(metric)
      if (column && value !== null && value !== undefined && Number.isNaN(column[at])) column[at] = value
    }
    return isNew
  }

  private openRow(timeMs: number): void {
    if (this.end === this.times.length) this.makeRoom()
    if (!this.hasRoomFor(1)) this.start++
    this.times[this.end] = timeMs
    for (const column of this.columns.values()) column[this.end] = NaN
    this.end++
  }

  // Copying to the front only when half is free keeps the cost of a row constant, and the view contiguous.
  private makeRoom(): void {
    const mayGrow = this.length * 2 > this.times.length && this.times.length < this.limit * 2
    const capacity = mayGrow ? Math.min(this.times.length * 2, this.limit * 2) : this.times.length
    this.times = this.moved(this.times, capacity)
    for (const [metric, column] of this.columns) this.columns.set(metric, this.moved(column, capacity))
    this.end -= this.start
    this.start = 0
  }

  private moved(column: Float64Array, capacity: number): Float64Array {
    if (capacity === column.length) return column.copyWithin(0, this.start, this.end)
    const larger = new Float64Array(capacity)
    larger.set(column.subarray(this.start, this.end))
    return larger
  }

  private ensureColumn(metric: string): void {
    if (!this.columns.has(metric)) this.columns.set(metric, new Float64Array(this.times.length).fill(NaN))
  }
}
