// The numbers of a summary in words: pure.
import type { Metric } from '../../protocol/metric'
import type { Summary } from '../../protocol/statistics'

const MINUS = '−'
export const NOTHING = '–'

function fixed(metric: Metric, value: number, more = 0): string {
  return value.toFixed(Math.min(Math.max(metric.decimals + more, 0), 10))
}

export function formatNumber(metric: Metric, value: number): string {
  return fixed(metric, value).replace('-', MINUS)
}

/** With its sign, and none where it rounds to nothing. */
function signed(metric: Metric, value: number, more = 0): string {
  const words = fixed(metric, Math.abs(value), more)
  if (Number(words) === 0) return words
  return `${value < 0 ? MINUS : '+'}${words}`
}

/** The mean against that of the stretch before; of an angle, the shorter way round. */
export function formatChange(metric: Metric, now: Summary, before: Summary | undefined): string {
  if (!before) return NOTHING
  const difference = now.mean - before.mean
  const shorter = metric.circular ? ((((difference + 180) % 360) + 360) % 360) - 180 : difference
  return signed(metric, shorter)
}

/** A trend is small: one decimal more than a value has. */
export function formatTrend(metric: Metric, { trendPerHour }: Summary): string {
  return trendPerHour === null ? NOTHING : `${signed(metric, trendPerHour, 1)} / h`
}
