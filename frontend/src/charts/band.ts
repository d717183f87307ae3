// The band between the lowest and the highest of each point: one closed shape for each run without a gap.

/** [time, low, high, time, low, high, …] */
export type Band = Float64Array

export class BandWriter {
  private readonly bands: Band[] = []
  private run: number[] = []
  private lastMs = NaN
  private readonly pixelMs: number

  constructor(pixelMs: number) {
    this.pixelMs = pixelMs
  }

  write(timeMs: number, low: number, high: number, breakMs: number): void {
    if (timeMs - this.lastMs > breakMs) this.close()
    this.run.push(timeMs, low, high)
    this.lastMs = timeMs
  }

  finish(): readonly Band[] {
    this.close()
    return this.bands
  }

  private close(): void {
    // A lone point has no width and would not be seen.
    if (this.run.length === 3) {
      this.run.push((this.run[0] as number) + this.pixelMs, this.run[1] as number, this.run[2] as number)
    }
    if (this.run.length) this.bands.push(Float64Array.from(this.run))
    this.run = []
  }
}

/** The corners of the shape: along the highest, and back along the lowest. */
export function outline(band: Band, place: (timeMs: number, value: number) => number[]): number[][] {
  const corners: number[][] = []
  for (let at = 0; at < band.length; at += 3) corners.push(place(band[at] as number, band[at + 2] as number))
  for (let at = band.length - 3; at >= 0; at -= 3)
    corners.push(place(band[at] as number, band[at + 1] as number))
  return corners
}
