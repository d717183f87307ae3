// A chart in one sentence, for those who do not see it.
import type { Metric } from '../../protocol/metric'
import { formatMeasure, formatSpan } from './words'

type Newest = { readonly name: string; readonly value: number | undefined }

export function chartSummary(metric: Metric, spanMs: number, newest: readonly Newest[]): string {
  const values = newest.map(({ name, value }) =>
    value === undefined ? `${name} without a value` : `${name} ${formatMeasure(metric, value)}`,
  )
  const now = values.length ? `Newest values: ${values.join(', ')}.` : 'No device is shown.'
  return `Line chart of ${metric.label} over ${formatSpan(spanMs)}. ${now}`
}
