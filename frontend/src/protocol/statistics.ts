// What a stretch of time comes to, for each metric of a device, and the stretch before it.
import { nullable, number, object, text, timeMs } from './shape'

export type Moment = { readonly value: number; readonly timeMs: number }

export type Summary = {
  readonly count: number
  readonly mean: number
  /** Null for directions, of which none is the least. */
  readonly lowest: Moment | null
  readonly highest: Moment | null
  /** Null where single readings are no longer kept. */
  readonly last: Moment | null
  /** By how much the value grows in an hour; null where that cannot be told. */
  readonly trendPerHour: number | null
}

export type Summaries = ReadonlyMap<string, Summary>

export type Statistics = {
  readonly device: string
  readonly metrics: Summaries
  readonly before: Summaries
}

function parseMoment(value: unknown, where: string): Moment {
  const raw = object(value, where)
  return { value: number(raw.value, `${where}.value`), timeMs: timeMs(raw.time, `${where}.time`) }
}

function parseSummary(value: unknown, where: string): Summary {
  const raw = object(value, where)
  return {
    count: number(raw.count, `${where}.count`),
    mean: number(raw.mean, `${where}.mean`),
    lowest: nullable(raw.min, `${where}.min`, parseMoment),
    highest: nullable(raw.max, `${where}.max`, parseMoment),
    last: nullable(raw.last, `${where}.last`, parseMoment),
    trendPerHour: nullable(raw.trend_per_hour ?? null, `${where}.trend_per_hour`, number),
  }
}

function parseSummaries(value: unknown, where: string): Summaries {
  const entries = Object.entries(object(value, where))
  return new Map(entries.map(([metric, one]) => [metric, parseSummary(one, `${where}.${metric}`)]))
}

export function parseStatistics(value: unknown): Statistics {
  const raw = object(value, 'statistics')
  const before = raw.before === undefined ? { metrics: {} } : object(raw.before, 'statistics.before')
  return {
    device: text(raw.device, 'statistics.device'),
    metrics: parseSummaries(raw.metrics, 'statistics.metrics'),
    before: parseSummaries(before.metrics, 'statistics.before.metrics'),
  }
}
