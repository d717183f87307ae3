// The history of several devices in a stretch of time, in so many points; `endMs` is exclusive.
import { parseHistories, type History } from '../protocol/series'
import { request } from './request'

export type PageHistoryAsk = {
  readonly devices: readonly string[]
  readonly metrics: readonly string[]
  readonly startMs: number
  readonly endMs: number
  readonly points: number
  readonly signal?: AbortSignal
}

export function fetchPageHistory(ask: PageHistoryAsk): Promise<History[]> {
  const query = new URLSearchParams({
    devices: ask.devices.join(),
    metrics: ask.metrics.join(),
    start: String(Math.floor(ask.startMs)),
    end: String(Math.ceil(ask.endMs)),
    points: String(ask.points),
  })
  return request(`/api/history/?${query}`, parseHistories, { signal: ask.signal })
}
