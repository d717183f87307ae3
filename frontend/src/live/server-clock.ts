// The server's clock as seen from this browser: the charts end at the server's now, not at ours.

const KEPT = 5

export class ServerClock {
  private readonly offsetsMs: number[] = []

  /** A message that was long under way makes the offset look too small, so the largest of the last few holds. */
  observe(serverMs: number): void {
    this.offsetsMs.push(serverMs - Date.now())
    if (this.offsetsMs.length > KEPT) this.offsetsMs.shift()
  }

  nowMs(): number {
    return Date.now() + (this.offsetsMs.length ? Math.max(...this.offsetsMs) : 0)
  }
}
