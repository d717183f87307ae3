// Which stretches of time were filled by readings that arrived late, for as long as the page is open.
import type { Series } from '../protocol/series'
import type { Stretch } from './view-window'

const LATE_MS = 10_000
// A board whose clock is a little behind is not late with each reading: only with what is older than its newest.
const LATE_FOR_SURE_MS = 60_000
// Late readings this near to each other are one stretch.
const JOIN_MS = 30_000
const MOST_STRETCHES = 200

export class LateArrivals {
  private readonly stretches = new Map<string, Stretch[]>()
  private changes = 0

  get version(): number {
    return this.changes
  }

  of(device: string): readonly Stretch[] {
    return this.stretches.get(device) ?? []
  }

  /** `newestMs` is the newest reading known of the device before these came. */
  note(series: Series, nowMs: number, newestMs: number): void {
    for (const timeMs of series.timeMs) {
      const ageMs = nowMs - timeMs
      if (ageMs > LATE_FOR_SURE_MS || (ageMs > LATE_MS && timeMs < newestMs)) this.add(series.device, timeMs)
    }
  }

  forget(device: string): void {
    if (this.stretches.delete(device)) this.changes++
  }

  private add(device: string, timeMs: number): void {
    const known = this.stretches.get(device) ?? []
    if (known.some(({ fromMs, toMs }) => timeMs >= fromMs && timeMs <= toMs)) return
    let joined: Stretch = { fromMs: timeMs, toMs: timeMs }
    const apart: Stretch[] = []
    for (const one of known) {
      if (one.toMs < timeMs - JOIN_MS || one.fromMs > timeMs + JOIN_MS) apart.push(one)
      else joined = { fromMs: Math.min(one.fromMs, joined.fromMs), toMs: Math.max(one.toMs, joined.toMs) }
    }
    this.stretches.set(device, [...apart, joined].slice(-MOST_STRETCHES))
    this.changes++
  }
}
