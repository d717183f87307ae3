// The one render loop: painters run together in an animation frame, at most some 16 times a second, and never hidden.

export type Painter = (frameMs: number) => void

const SHORTEST_MS = 60
// A slow machine gets time for everything else: painting takes at most about a quarter of it.
const REST_FACTOR = 3
// One slow painting, the first most of all, may not leave the page standing still.
const LONGEST_REST_MS = 1_000

export class Ticker {
  private readonly painters = new Set<Painter>()
  private frame: number | null = null
  private nextMs = 0

  add(painter: Painter): () => void {
    this.painters.add(painter)
    this.frame ??= requestAnimationFrame(this.onFrame)
    return () => {
      this.painters.delete(painter)
      if (this.painters.size === 0 && this.frame !== null) {
        cancelAnimationFrame(this.frame)
        this.frame = null
      }
    }
  }

  private readonly onFrame = (frameMs: number) => {
    this.frame = requestAnimationFrame(this.onFrame)
    if (document.hidden || frameMs < this.nextMs) return
    const beganMs = performance.now()
    for (const painter of this.painters) painter(frameMs)
    const tookMs = performance.now() - beganMs
    const restMs = Math.min(tookMs * REST_FACTOR, LONGEST_REST_MS)
    this.nextMs = frameMs + Math.max(SHORTEST_MS, tookMs + restMs)
  }
}
