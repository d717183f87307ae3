// Collects the points of a line, and breaks it where values are too far apart.

export type WriterOptions = {
  /** How long a lone point is drawn, so that it is seen. */
  readonly pixelMs: number
  /** The value wraps around, as an angle does: a jump of more than half of this is no line. */
  readonly circle?: number | undefined
}

export class PointWriter {
  private data: Float64Array
  private length = 0
  private runLength = 0
  private lastMs = NaN
  private last = NaN
  private readonly options: WriterOptions

  constructor(options: WriterOptions, expected: number) {
    this.options = options
    this.data = new Float64Array(expected * 2 + 16)
  }

  /** The line breaks when no value came for longer than `breakMs`. */
  write(timeMs: number, value: number, breakMs: number): void {
    if (this.isBreak(timeMs, value, breakMs)) this.interrupt((this.lastMs + timeMs) / 2)
    this.push(timeMs, value)
    this.runLength++
    this.lastMs = timeMs
    this.last = value
  }

  finish(): Float64Array {
    this.widenLonePoint()
    return this.data.slice(0, this.length)
  }

  private isBreak(timeMs: number, value: number, breakMs: number): boolean {
    const { circle } = this.options
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
    if (this.runLength === 1) this.push(this.lastMs + this.options.pixelMs, this.last)
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
