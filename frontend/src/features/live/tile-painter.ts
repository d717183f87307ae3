// Paints a tile's value, age and small line, each only when it changed. Past React: it happens many times a second.
import { SPARKLINE_MS, type Live } from '../../live/live'
import type { LiveDevice } from '../../live/state'
import type { Metric } from '../../protocol/metric'
import { sparklinePath } from './sparkline'
import { formatAge, formatValue, isStale } from './words'

const SPARKLINE_EVERY_MS = 1_000

export type TileParts = {
  readonly value: HTMLElement
  readonly age: HTMLElement
  readonly line: SVGPathElement | null
}

export class TilePainter {
  private paintedKey = ''
  private sparklineAtMs = -Infinity

  paint(
    live: Live,
    { device, metric }: { device: LiveDevice; metric: Metric },
    parts: TileParts,
    frameMs: number,
  ) {
    const { toMs } = live.stretch()
    const latest = live.latest(device.id).get(metric.name)
    if (!latest) return
    const key = `${latest.timeMs} ${latest.value} ${metric.decimals} ${Math.floor(toMs / 1000)}`
    if (key === this.paintedKey) return
    this.paintedKey = key
    const ageMs = toMs - latest.timeMs
    parts.value.textContent = formatValue(metric, latest.value)
    parts.age.textContent = formatAge(ageMs)
    parts.age.dataset.stale = String(isStale(ageMs, device.intervalMs))
    if (!parts.line || frameMs - this.sparklineAtMs < SPARKLINE_EVERY_MS) return
    // Cards scrolled out of sight are not laid out, and their lines are not worth computing.
    if (!parts.line.checkVisibility({ contentVisibilityAuto: true })) return
    this.sparklineAtMs = frameMs
    const ask = { fromMs: toMs - SPARKLINE_MS, toMs, intervalMs: device.intervalMs }
    const smallest = 10 * 10 ** -metric.decimals
    const circle = metric.circular ? 360 : undefined
    const path = sparklinePath(live.readings.view(device.id), metric.name, { ...ask, smallest, circle })
    parts.line.setAttribute('d', path)
  }
}
