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

export function pageQuery(ask: PageHistoryAsk): URLSearchParams {
  return new URLSearchParams({
    devices: ask.devices.join(),
    metrics: ask.metrics.join(),
    start: String(Math.floor(ask.startMs)),
    end: String(Math.ceil(ask.endMs)),
    points: String(ask.points),
  })
}

export function fetchPageHistory(ask: PageHistoryAsk): Promise<History[]> {
  return request(`/api/history/?${pageQuery(ask)}`, parseHistories, { signal: ask.signal })
}
