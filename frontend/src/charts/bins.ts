// From a buffer to the points of a line: the visible stretch, at most a minimum and a maximum per pixel.
import { lowerBound } from '../live/search'

export type BinOptions = {
  readonly fromMs: number
  readonly toMs: number
  /** How many pixels the stretch is wide. */
  readonly pixels: number
  /** The line breaks where no value came for longer than this. */
  readonly breakMs: number
  /** The value wraps around, as an angle does: a jump of more than half of this is no line. */
  readonly circle?: number | undefined
}

export type Points = {
  /** [time, value, time, value, …]; a value of NaN breaks the line. */
  readonly data: Float64Array
  readonly minimum: number
  readonly maximum: number
}

/** Collects points, and breaks the line where values are too far apart. */
class PointWriter {
  private data: Float64Array
  private length = 0
  private runLength = 0
  private lastMs = NaN
  private last = NaN
  private readonly options: BinOptions

  constructor(options: BinOptions, expected: number) {
    this.options = options
    this.data = new Float64Array(expected * 2 + 16)
  }

  write(timeMs: number, value: number): void {
    if (this.isBreak(timeMs, value)) this.interrupt((this.lastMs + timeMs) / 2)
    this.push(timeMs, value)
    this.runLength++
    this.lastMs = timeMs
    this.last = value
  }

  finish(): Float64Array {
    this.widenLonePoint()
    return this.data.slice(0, this.length)
  }

  private isBreak(timeMs: number, value: number): boolean {
    const { breakMs, circle } = this.options
    if (timeMs - this.lastMs > breakMs) return true
    return circle !== undefined && Math.abs(value - this.last) > circle / 2
  }

  private interrupt(timeMs: number): void {
    this.widenLonePoint()
    this.push(timeMs, NaN)
    this.runLength = 0
  }

  // A line of one point has no length and would not be seen: it is drawn one pixel wide.
  private widenLonePoint(): void {
    if (this.runLength !== 1) return
    const { fromMs, toMs, pixels } = this.options
    this.push(this.lastMs + (toMs - fromMs) / Math.max(pixels, 1), this.last)
  }

  private push(timeMs: number, value: number): void {
    if (this.length + 2 > this.data.length) {
      const larger = new Float64Array(this.data.length * 2)
      larger.set(this.data)
      this.data = larger
    }
    this.data[this.length++] = timeMs
    this.data[this.length++] = value
  }
}

type Extreme = { timeMs: number; value: number }

/** Gathers the values of one bin and writes its extremes in the order in which they came. */
class Bin {
  private low: Extreme | null = null
  private high: Extreme | null = null
  private readonly writer: PointWriter

  constructor(writer: PointWriter) {
    this.writer = writer
  }

  add(timeMs: number, value: number): void {
    if (!this.low || value < this.low.value) this.low = { timeMs, value }
    if (!this.high || value > this.high.value) this.high = { timeMs, value }
  }

  flush(): void {
    const { low, high } = this
    if (!low || !high) return
    const [first, second] = low.timeMs <= high.timeMs ? [low, high] : [high, low]
    this.writer.write(first.timeMs, first.value)
    if (second.timeMs !== first.timeMs) this.writer.write(second.timeMs, second.value)
    this.low = null
    this.high = null
  }
}

function extent(values: Float64Array, start: number, end: number): [number, number] {
  let minimum = Infinity
  let maximum = -Infinity
  for (let row = start; row < end; row++) {
    const value = values[row] as number
    if (value < minimum) minimum = value
    if (value > maximum) maximum = value
  }
  return [minimum, maximum]
}

export function visiblePoints(times: Float64Array, values: Float64Array, options: BinOptions): Points {
  const { fromMs, toMs, pixels } = options
  const inside = lowerBound(times, fromMs)
  const end = lowerBound(times, toMs + 1)
  const [minimum, maximum] = extent(values, inside, end)
  if (minimum > maximum) return { data: new Float64Array(), minimum, maximum }
  // One reading before the left edge, so that the line begins at the edge and not inside.
  let start = Math.max(0, inside - 1)
  while (start > 0 && Number.isNaN(values[start])) start--
  const writer = new PointWriter(options, Math.min(end - start, pixels * 2))
  const binMs = (toMs - fromMs) / Math.max(pixels, 1)
  if (end - start <= pixels * 2) {
    for (let row = start; row < end; row++) {
      const value = values[row] as number
      if (!Number.isNaN(value)) writer.write(times[row] as number, value)
    }
  } else {
    writeBinned(writer, times, values, { start, end, binMs })
  }
  return { data: writer.finish(), minimum, maximum }
}

type Rows = { readonly start: number; readonly end: number; readonly binMs: number }

// Bins are aligned to the clock, not to the window: while the window moves on they hold the same readings, and nothing flickers.
function writeBinned(writer: PointWriter, times: Float64Array, values: Float64Array, rows: Rows): void {
  const bin = new Bin(writer)
  let current = NaN
  for (let row = rows.start; row < rows.end; row++) {
    const value = values[row] as number
    if (Number.isNaN(value)) continue
    const timeMs = times[row] as number
    const number = Math.floor(timeMs / rows.binMs)
    if (number !== current) bin.flush()
    current = number
    bin.add(timeMs, value)
  }
  bin.flush()
}
