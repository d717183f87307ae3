// A tile's small line: the path of the last two minutes, without axes.
import { visiblePoints } from '../../charts/bins'
import { breakMs } from '../../charts/break-time'
import type { BufferView } from '../../live/series-buffer'
import type { Stretch } from '../../live/view-window'

export const WIDTH = 120
export const HEIGHT = 28

type Ask = Stretch & {
  readonly intervalMs: number
  readonly smallest: number
  readonly circle: number | undefined
}

export function sparklinePath(view: BufferView | undefined, metric: string, ask: Ask): string {
  const values = view?.column(metric)
  if (!view || !values) return ''
  const { fromMs, toMs, intervalMs, smallest, circle } = ask
  const points = visiblePoints(view.times, values, {
    fromMs,
    toMs,
    pixels: WIDTH / 2,
    breakMs: breakMs(view.times, values, intervalMs),
    circle,
  })
  const span = Math.max(points.maximum - points.minimum, smallest)
  const middle = (points.maximum + points.minimum) / 2
  const x = (timeMs: number) => (((timeMs - fromMs) / (toMs - fromMs)) * WIDTH).toFixed(1)
  const y = (value: number) => (HEIGHT / 2 - ((value - middle) / span) * (HEIGHT - 4)).toFixed(1)
  let path = ''
  let pen = 'M'
  for (let at = 0; at < points.data.length; at += 2) {
    const value = points.data[at + 1] as number
    if (!Number.isNaN(value)) path += `${pen}${x(points.data[at] as number)} ${y(value)}`
    pen = Number.isNaN(value) ? 'M' : 'L'
  }
  return path
}
