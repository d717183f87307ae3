// A series: readings as columns. Live frames, history answers and buffers share this shape.
import { list, number, object, ProtocolError, text } from './shape'

export type Column = readonly (number | null)[]
export type Columns = ReadonlyMap<string, Column>

export type Series = {
  readonly device: string
  readonly timeMs: readonly number[]
  readonly values: Columns
}

export type History = Series & {
  /** False when older readings of the span were left out of the answer. */
  readonly complete: boolean
  /** How wide a point is, which then holds the mean of what was read; 0 for readings as they are. */
  readonly stepMs: number
  /** What a point's mean leaves out; empty for readings as they are. */
  readonly low: Columns
  readonly high: Columns
  readonly count: Columns
}

// The busiest parsing there is: plain loops, and no text is built for a value that is right.
function checked<T>(value: unknown, where: string, isRight: (cell: unknown) => boolean): readonly T[] {
  if (!Array.isArray(value)) throw new ProtocolError(`${where}: expected a list`)
  const cells: unknown[] = value
  const wrong = cells.findIndex((cell) => !isRight(cell))
  if (wrong >= 0) throw new ProtocolError(`${where}[${wrong}]: unexpected ${JSON.stringify(cells[wrong])}`)
  return cells as T[]
}

const isReading = (cell: unknown) => cell === null || Number.isFinite(cell)

function columns(value: unknown, where: string, length: number): Map<string, Column> {
  const result = new Map<string, Column>()
  for (const [metric, column] of Object.entries(object(value, where))) {
    const cells = checked<number | null>(column, `${where}.${metric}`, isReading)
    if (cells.length !== length) {
      throw new ProtocolError(`${where}.${metric}: ${cells.length} values for ${length} times`)
    }
    result.set(metric, cells)
  }
  return result
}

export function parseSeries(value: unknown, where = 'series'): Series {
  const raw = object(value, where)
  const times = checked<number>(raw.time, `${where}.time`, Number.isSafeInteger)
  const values = columns(raw.values, `${where}.values`, times.length)
  return { device: text(raw.device, `${where}.device`), timeMs: times, values }
}

export function parseHistory(value: unknown, where = 'history'): History {
  const raw = object(value, where)
  if (typeof raw.complete !== 'boolean') throw new ProtocolError(`${where}.complete: expected a boolean`)
  const series = parseSeries(raw, where)
  const more = (name: string) => columns(raw[name] ?? {}, `${where}.${name}`, series.timeMs.length)
  return {
    ...series,
    complete: raw.complete,
    stepMs: number(raw.step_ms ?? 0, `${where}.step_ms`),
    low: more('min'),
    high: more('max'),
    count: more('count'),
  }
}

export function parseHistories(value: unknown): History[] {
  return list(object(value, 'histories').series, 'histories.series', parseHistory)
}
