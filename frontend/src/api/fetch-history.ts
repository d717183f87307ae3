// The stored readings of a device in a stretch of time; `endMs` is exclusive.
import { parseHistory, type History } from '../protocol/series'
import { devicePath } from './device-path'
import { request } from './request'

export type HistoryAsk = {
  readonly device: string
  readonly startMs: number
  readonly endMs: number
  readonly signal?: AbortSignal
}

export function fetchHistory({ device, startMs, endMs, signal }: HistoryAsk): Promise<History> {
  const query = new URLSearchParams({
    start: String(Math.floor(startMs)),
    end: String(Math.ceil(endMs)),
  })
  return request(`${devicePath(device)}history/?${query}`, parseHistory, { signal })
}
