// Which metrics come first, and which get a chart: pure rules.
import type { LiveDevice } from '../../live/state'
import { undescribed, type Metric } from '../../protocol/metric'

const ALWAYS = ['temperature', 'humidity', 'pressure']

function rank(name: string): number {
  const place = ALWAYS.indexOf(name)
  return place < 0 ? ALWAYS.length : place
}

export function inOrder(names: Iterable<string>): string[] {
  return [...names].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b))
}

export function measuredMetrics(devices: Iterable<LiveDevice>): string[] {
  const names = new Set<string>()
  for (const device of devices) for (const metric of device.metrics) names.add(metric)
  return inOrder(names)
}

/** The three of every board; where none of them is measured, the first that are. */
export function metricsAlwaysCharted(measured: readonly string[]): string[] {
  const always = measured.filter((name) => ALWAYS.includes(name))
  return always.length ? always : measured.slice(0, ALWAYS.length)
}

export function describe(metrics: ReadonlyMap<string, Metric>, name: string): Metric {
  return metrics.get(name) ?? undescribed(name)
}
