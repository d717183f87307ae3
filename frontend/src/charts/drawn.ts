// What each chart was last given, by metric and device: read by the browser tests, and by nothing else.
import type { Trace } from './trace'

export type Drawn = ReadonlyMap<string, Trace>

const drawn = new Map<string, Drawn>()

export function noteDrawn(metric: string, lines: Drawn): void {
  drawn.set(metric, lines)
}

export function forgetDrawn(metric: string): void {
  drawn.delete(metric)
}

export function drawnLines(metric: string): Drawn {
  return drawn.get(metric) ?? new Map()
}
