// What a stretch of time of a device comes to; `endMs` is exclusive.
import { parseStatistics, type Statistics } from '../protocol/statistics'
import { devicePath } from './device-path'
import { request } from './request'

export type StatisticsAsk = {
  readonly device: string
  readonly metrics: readonly string[]
  readonly startMs: number
  readonly endMs: number
  readonly signal?: AbortSignal
}

export function fetchStatistics(ask: StatisticsAsk): Promise<Statistics> {
  const query = new URLSearchParams({
    start: String(Math.floor(ask.startMs)),
    end: String(Math.ceil(ask.endMs)),
    metrics: ask.metrics.join(),
  })
  return request(`${devicePath(ask.device)}statistics/?${query}`, parseStatistics, { signal: ask.signal })
}
