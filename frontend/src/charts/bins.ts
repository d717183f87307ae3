// From a buffer to the points of a line: the visible stretch, at most a minimum and a maximum per pixel.
import { lowerBound } from '../live/search'
import { PointWriter } from './point-writer'

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

type Extreme = { timeMs: number; value: number }

/** Gathers the values of one bin and writes its extremes in the order in which they came. */
class Bin {
  private low: Extreme | null = null
  private high: Extreme | null = null
  private lastMs = NaN
  /** Between the bin's first reading and the one before. */
  private silenceMs = NaN
  private readonly writer: PointWriter
  private readonly rows: Rows

  constructor(writer: PointWriter, rows: Rows) {
    this.writer = writer
    this.rows = rows
  }

  add(timeMs: number, value: number): void {
    if (!this.low) this.silenceMs = timeMs - this.lastMs
    this.lastMs = timeMs
    if (!this.low || value < this.low.value) this.low = { timeMs, value }
    if (!this.high || value > this.high.value) this.high = { timeMs, value }
  }

  flush(): void {
    const { low, high } = this
    if (!low || !high) return
    const [first, second] = low.timeMs <= high.timeMs ? [low, high] : [high, low]
    this.writer.write(first.timeMs, first.value, this.patienceMs())
    if (second.timeMs !== first.timeMs) this.writer.write(second.timeMs, second.value, Infinity)
    this.low = null
    this.high = null
  }

  // Extremes lie up to a pixel from where readings end and begin: only readings tell of a silence.
  private patienceMs(): number {
    const { breakMs, pixelMs } = this.rows
    if (Number.isNaN(this.silenceMs)) return breakMs + pixelMs
    return this.silenceMs > breakMs ? 0 : Infinity
  }
}

export function extent(values: Float64Array, start: number, end: number): [number, number] {
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
  const { fromMs, toMs, pixels, breakMs, circle } = options
  const inside = lowerBound(times, fromMs)
  const end = lowerBound(times, toMs + 1)
  const [minimum, maximum] = extent(values, inside, end)
  if (minimum > maximum) return { data: new Float64Array(), minimum, maximum }
  const pixelMs = (toMs - fromMs) / Math.max(pixels, 1)
  const writer = new PointWriter({ pixelMs, circle }, Math.min(end - inside + 1, pixels * 2))
  const start = withOneBefore(values, inside)
  writeReadings(writer, times, values, { start, end, pixelMs, breakMs, most: pixels * 2 })
  return { data: writer.finish(), minimum, maximum }
}

/** One reading before the left edge, so that the line begins at the edge and not inside. */
function withOneBefore(values: Float64Array, inside: number): number {
  let start = Math.max(0, inside - 1)
  while (start > 0 && Number.isNaN(values[start])) start--
  return start
}

export type Rows = {
  readonly start: number
  readonly end: number
  readonly pixelMs: number
  readonly breakMs: number
  /** More readings than these are drawn as the extremes of each pixel. */
  readonly most: number
}

/** Few readings as they are, many as the extremes of each pixel. */
export function writeReadings(
  writer: PointWriter,
  times: Float64Array,
  values: Float64Array,
  rows: Rows,
): void {
  const { start, end, breakMs } = rows
  if (end - start > rows.most) return writeBinned(writer, times, values, rows)
  for (let row = start; row < end; row++) {
    const value = values[row] as number
    if (!Number.isNaN(value)) writer.write(times[row] as number, value, breakMs)
  }
}

// Bins are aligned to the clock, not to the window: while the window moves on they hold the same readings, and nothing flickers.
function writeBinned(writer: PointWriter, times: Float64Array, values: Float64Array, rows: Rows): void {
  const bin = new Bin(writer, rows)
  let current = NaN
  for (let row = rows.start; row < rows.end; row++) {
    const value = values[row] as number
    if (Number.isNaN(value)) continue
    const timeMs = times[row] as number
    const number = Math.floor(timeMs / rows.pixelMs)
    if (number !== current) bin.flush()
    current = number
    bin.add(timeMs, value)
  }
  bin.flush()
}
