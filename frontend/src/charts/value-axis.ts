// A calm value axis: round steps, and never so close that noise looks like weather.

export type ValueAxis = { readonly min: number; readonly max: number; readonly step: number }

const FULL_CIRCLE = 360

export function niceStep(span: number, count: number): number {
  const rough = span / count
  const power = 10 ** Math.floor(Math.log10(rough))
  const factor = [1, 2, 5, 10].find((one) => one * power >= rough * 0.999) ?? 10
  return factor * power
}

/** As many decimals as tell one step from the next. */
export function stepDecimals(step: number): number {
  return Math.max(0, -Math.floor(Math.log10(step) + 1e-9))
}

/** At least ten of the smallest shown difference fit on the axis. It ends at whole or half steps: the lines get the room. */
export function valueAxis(minimum: number, maximum: number, decimals: number, steps = 5): ValueAxis {
  if (minimum > maximum) return { min: 0, max: 1, step: 0.5 }
  const smallest = 10 * 10 ** -decimals
  const padding = Math.max(smallest - (maximum - minimum), (maximum - minimum) * 0.04) / 2
  const low = minimum - padding
  const high = maximum + padding
  const step = niceStep(high - low, steps)
  const half = step / 2
  return { min: Math.floor(low / half) * half, max: Math.ceil(high / half) * half, step }
}

/** The whole steps on the axis: where its labels and rules are. */
export function axisTicks({ min, max, step }: ValueAxis): number[] {
  const first = Math.ceil(min / step - 1e-6)
  const last = Math.floor(max / step + 1e-6)
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step)
}

/** For angles, whose range is known: 0 to 360, or −180 to 180 once a value lies below zero. */
export function circleAxis(minimum: number): ValueAxis {
  const min = minimum < 0 ? -FULL_CIRCLE / 2 : 0
  return { min, max: min + FULL_CIRCLE, step: 90 }
}
