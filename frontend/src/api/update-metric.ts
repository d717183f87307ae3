// Describe a metric: what it is called and how its numbers are written.
import { parseMetric, type Metric } from '../protocol/metric'
import { request } from './request'

export type MetricDescription = Pick<Metric, 'label' | 'unit' | 'decimals'>

export function updateMetric(name: string, description: MetricDescription): Promise<Metric> {
  return request(`/api/metrics/${encodeURIComponent(name)}/`, parseMetric, {
    method: 'PATCH',
    body: description,
  })
}
