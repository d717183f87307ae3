// What is known of a metric: how to call it, and how to write its numbers.
import { bool, list, nullable, number, object, text } from './shape'

export type Metric = {
  readonly name: string
  readonly label: string
  readonly unit: string
  readonly minimum: number | null
  readonly maximum: number | null
  readonly decimals: number
  readonly circular: boolean
}

export function parseMetric(value: unknown, where = 'metric'): Metric {
  const raw = object(value, where)
  return {
    name: text(raw.name, `${where}.name`),
    label: text(raw.label, `${where}.label`),
    unit: text(raw.unit, `${where}.unit`),
    minimum: nullable(raw.minimum, `${where}.minimum`, number),
    maximum: nullable(raw.maximum, `${where}.maximum`, number),
    decimals: number(raw.decimals, `${where}.decimals`),
    circular: bool(raw.circular, `${where}.circular`),
  }
}

export function parseMetricList(value: unknown): Metric[] {
  return list(value, 'metrics', parseMetric)
}

/** A metric seen in readings before anybody described it. */
export function undescribed(name: string): Metric {
  return { name, label: name, unit: '', minimum: null, maximum: null, decimals: 2, circular: false }
}
