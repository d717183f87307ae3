// The readings of all devices: buffers, and the latest value of each metric. No React state: it changes too often.
import type { Latest } from '../protocol/device'
import type { Series } from '../protocol/series'
import { SeriesBuffer, type BufferView } from './series-buffer'

export type LatestValue = { readonly value: number; readonly timeMs: number }
export type LatestValues = ReadonlyMap<string, LatestValue>

type Entry = { buffer: SeriesBuffer; latest: Map<string, LatestValue>; version: number }

const NOTHING: LatestValues = new Map()

export class Readings {
  private readonly entries = new Map<string, Entry>()
  private readonly limit: number | undefined

  constructor(limit?: number) {
    this.limit = limit
  }

  /** Grows whenever a device's readings change: compare it to know whether to draw again. */
  version(device: string): number {
    return this.entries.get(device)?.version ?? 0
  }

  latest(device: string): LatestValues {
    return this.entries.get(device)?.latest ?? NOTHING
  }

  /** The time of the newest reading known; -Infinity where there is none. */
  newestMs(device: string): number {
    return Math.max(-Infinity, ...[...this.latest(device).values()].map(({ timeMs }) => timeMs))
  }

  buffer(device: string): SeriesBuffer | undefined {
    return this.entries.get(device)?.buffer
  }

  view(device: string): BufferView | undefined {
    return this.entries.get(device)?.buffer.view()
  }

  merge(series: Series): number {
    const entry = this.entry(series.device)
    const added = entry.buffer.merge(series)
    noteLatest(entry.latest, series)
    entry.version++
    return added
  }

  /** Takes note of the newest values only, for a device whose buffer may not grow any more. */
  mergeLatest(series: Series): void {
    noteLatest(this.entry(series.device).latest, series)
  }

  seedLatest(device: string, latest: Latest): void {
    const entry = this.entry(device)
    for (const [metric, value] of latest.values) {
      putNewer(entry.latest, metric, { value, timeMs: latest.timeMs })
    }
    entry.version++
  }

  dropBefore(device: string, timeMs: number): void {
    this.entries.get(device)?.buffer.dropBefore(timeMs)
  }

  forget(device: string): void {
    this.entries.delete(device)
  }

  snapshotLatest(): Map<string, LatestValues> {
    return new Map([...this.entries].map(([device, entry]) => [device, new Map(entry.latest)]))
  }

  private entry(device: string): Entry {
    let entry = this.entries.get(device)
    if (!entry) {
      entry = { buffer: new SeriesBuffer(this.limit), latest: new Map(), version: 0 }
      this.entries.set(device, entry)
    }
    return entry
  }
}

function putNewer(latest: Map<string, LatestValue>, metric: string, next: LatestValue): void {
  const known = latest.get(metric)
  if (!known || next.timeMs >= known.timeMs) latest.set(metric, next)
}

function noteLatest(latest: Map<string, LatestValue>, series: Series): void {
  for (const [metric, cells] of series.values) {
    for (let row = cells.length - 1; row >= 0; row--) {
      const value = cells[row]
      if (value === null || value === undefined) continue
      putNewer(latest, metric, { value, timeMs: series.timeMs[row] as number })
      break
    }
  }
}
