// A series: readings as columns. Live frames, history answers and buffers share this shape.
import { object, ProtocolError, text } from './shape'

export type Column = readonly (number | null)[]

export type Series = {
  readonly device: string
  readonly timeMs: readonly number[]
  readonly values: ReadonlyMap<string, Column>
}

export type History = Series & {
  /** False when older readings of the span were left out of the answer. */
  readonly complete: boolean
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

export function parseSeries(value: unknown, where = 'series'): Series {
  const raw = object(value, where)
  const times = checked<number>(raw.time, `${where}.time`, Number.isSafeInteger)
  const values = new Map<string, Column>()
  for (const [metric, column] of Object.entries(object(raw.values, `${where}.values`))) {
    const cells = checked<number | null>(column, `${where}.values.${metric}`, isReading)
    if (cells.length !== times.length) {
      throw new ProtocolError(`${where}.values.${metric}: ${cells.length} values for ${times.length} times`)
    }
    values.set(metric, cells)
  }
  return { device: text(raw.device, `${where}.device`), timeMs: times, values }
}

export function parseHistory(value: unknown): History {
  const raw = object(value, 'history')
  if (typeof raw.complete !== 'boolean') throw new ProtocolError('history.complete: expected a boolean')
  return { ...parseSeries(raw, 'history'), complete: raw.complete }
}
