// `window.senseLive`: what the page holds, for the browser tests of the whole and for the curious. Reading only.
//   connection()                 the words of the state: "live", "waiting", "paused", …
//   devices()                    the ids of all known devices
//   series(device, metric)       [[timeMs, value], …] as the buffer holds them, ascending
//   chartSeries(metric)          { device: [[timeMs, value], …] } as the chart was last given them; null breaks a line
//   chartSteps(metric)           { device: [stepMs, …] }: the widths of the points in it; 0 for single readings
//   window()                     { mode, fromMs, toMs }
//   late(device)                 [{ fromMs, toMs }, …]: what arrived late
import { drawnLines } from '../charts/drawn'
import type { Live } from '../live/live'
import type { Stretch, ViewWindow } from '../live/view-window'

type Pair = [timeMs: number, value: number]

export type SenseLive = {
  readonly connection: () => string
  readonly devices: () => string[]
  readonly series: (device: string, metric: string) => Pair[]
  readonly chartSeries: (metric: string) => Record<string, [timeMs: number, value: number | null][]>
  readonly chartSteps: (metric: string) => Record<string, readonly number[]>
  readonly window: () => Stretch & { readonly mode: ViewWindow['mode'] }
  readonly late: (device: string) => readonly Stretch[]
}

declare global {
  interface Window {
    senseLive?: SenseLive
  }
}

function seriesOf(live: Live, device: string, metric: string): Pair[] {
  const view = live.readings.view(device)
  const values = view?.column(metric)
  if (!view || !values) return []
  const pairs = Array.from(values, (value, row): Pair => [view.times[row] as number, value])
  return pairs.filter(([, value]) => !Number.isNaN(value))
}

function pairsOf(data: Float64Array): [number, number | null][] {
  return Array.from({ length: data.length / 2 }, (_, row) => {
    const value = data[row * 2 + 1] as number
    return [data[row * 2] as number, Number.isNaN(value) ? null : value]
  })
}

export function inspectable(live: Live): SenseLive {
  return Object.freeze({
    connection: () => {
      const { connection, held } = live.store.getState()
      return connection.state === 'live' && held ? 'paused' : connection.state
    },
    devices: () => [...live.store.getState().devices.keys()],
    series: (device: string, metric: string) => seriesOf(live, device, metric),
    chartSeries: (metric: string) =>
      Object.fromEntries([...drawnLines(metric)].map(([device, { data }]) => [device, pairsOf(data)])),
    chartSteps: (metric: string) =>
      Object.fromEntries([...drawnLines(metric)].map(([device, { stepsMs }]) => [device, stepsMs])),
    window: () => ({ mode: live.store.getState().view.mode, ...live.stretch() }),
    late: (device: string) => live.late.of(device),
  })
}
