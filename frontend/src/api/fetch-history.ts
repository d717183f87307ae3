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

export function spanQuery({ startMs, endMs }: Pick<HistoryAsk, 'startMs' | 'endMs'>): URLSearchParams {
  return new URLSearchParams({ start: String(Math.floor(startMs)), end: String(Math.ceil(endMs)) })
}

export function fetchHistory({ device, signal, ...span }: HistoryAsk): Promise<History> {
  return request(`${devicePath(device)}history/?${spanQuery(span)}`, parseHistory, { signal })
}
