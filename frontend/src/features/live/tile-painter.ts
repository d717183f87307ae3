// Paints a tile's value, age and small line, each only when it changed. Past React: it happens many times a second.
import type { Live } from '../../live/live'
import { SPARKLINE_MS } from '../../live/past'
import type { LiveDevice } from '../../live/state'
import type { Metric } from '../../protocol/metric'
import { sparklinePath } from './sparkline'
import { formatAge, formatValue, isStale } from './words'

const SPARKLINE_EVERY_MS = 1_000

export type TileShown = { readonly device: LiveDevice; readonly metric: Metric }

export type TileParts = {
  readonly value: HTMLElement
  readonly age: HTMLElement
  readonly line: SVGPathElement | null
}

export class TilePainter {
  private wordsKey = ''
  private lineKey = ''
  private lineAtMs = -Infinity
  private path = ''

  paint(live: Live, shown: TileShown, parts: TileParts, frameMs: number) {
    this.paintWords(live, shown, parts)
    if (parts.line) this.paintLine(live, shown, parts.line, frameMs)
  }

  private paintWords(live: Live, { device, metric }: TileShown, parts: TileParts) {
    const toMs = live.valuesAtMs()
    const latest = live.latest(device.id).get(metric.name)
    if (!latest) return
    const key = `${latest.timeMs} ${latest.value} ${metric.decimals} ${Math.floor(toMs / 1000)}`
    if (key === this.wordsKey) return
    this.wordsKey = key
    const ageMs = toMs - latest.timeMs
    parts.value.textContent = formatValue(metric, latest.value)
    parts.age.textContent = formatAge(ageMs)
    parts.age.dataset.stale = String(isStale(ageMs, device.intervalMs))
  }

  private paintLine(live: Live, { device, metric }: TileShown, line: SVGPathElement, frameMs: number) {
    const toMs = live.valuesAtMs()
    const key = `${live.readings.version(device.id)} ${metric.decimals} ${Math.floor(toMs / 1000)}`
    if (key === this.lineKey) return
    // What comes first is shown at once: the history may arrive right after an empty line was painted.
    if (this.path && frameMs - this.lineAtMs < SPARKLINE_EVERY_MS) return
    // Cards scrolled out of sight are not laid out, and their lines are not worth computing.
    if (!line.checkVisibility({ contentVisibilityAuto: true })) return
    this.lineKey = key
    this.lineAtMs = frameMs
    const ask = { fromMs: toMs - SPARKLINE_MS, toMs, intervalMs: device.intervalMs }
    const smallest = 10 * 10 ** -metric.decimals
    const circle = metric.circular ? 360 : undefined
    this.path = sparklinePath(live.readings.view(device.id), metric.name, { ...ask, smallest, circle })
    line.setAttribute('d', this.path)
  }
}
