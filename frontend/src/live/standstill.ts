// What is kept while the window stands still: how much came since, and, for who paused, the values as they were.
import type { LatestValues } from './readings'

export class Standstill {
  arrived = 0
  /** Devices whose buffer is full, and the first time that was turned away. */
  readonly full = new Map<string, number>()
  private values: ReadonlyMap<string, LatestValues> | null = null
  private heldMs: number | null = null

  /** From now on the newest values stand still, too. */
  hold(values: ReadonlyMap<string, LatestValues>, nowMs: number): void {
    this.values ??= values
    this.heldMs ??= nowMs
  }

  /** When the values were held; null while they go on. */
  get heldAtMs(): number | null {
    return this.heldMs
  }

  latest(device: string): LatestValues | undefined {
    return this.values?.get(device)
  }

  turnAway(device: string, sinceMs: number): void {
    this.full.set(device, Math.min(this.full.get(device) ?? Infinity, sinceMs))
  }
}
