// What is on the charts: which devices, and which metrics of them; tells the live part which metrics are wanted.
import { useEffect } from 'react'
import type { LiveDevice } from '../../live/state'
import { useLive, useLiveState } from '../../live/use-live'
import type { Metric } from '../../protocol/metric'
import type { ChartedDevice } from './charted-devices'
import { usePreferences } from './preferences'
import { describe, inOrder, measuredMetrics, metricsAlwaysCharted } from './shown-metrics'

export type Charts = {
  readonly charted: readonly ChartedDevice[]
  readonly shown: readonly Metric[]
  /** Those that are shown only to who asks for them, and the names of those somebody asked for. */
  readonly more: readonly Metric[]
  readonly chosen: readonly string[]
}

export function useCharts(devices: readonly LiveDevice[], slots: ReadonlyMap<string, number>): Charts {
  const live = useLive()
  const metrics = useLiveState((state) => state.metrics)
  const chosen = usePreferences((state) => state.metrics)
  const measured = measuredMetrics(devices)
  const always = metricsAlwaysCharted(measured)
  const more = measured.filter((name) => !always.includes(name))
  const shown = inOrder([...always, ...more.filter((name) => chosen.includes(name))])
  const names = shown.join('\n')
  useEffect(() => live.measure(names ? names.split('\n') : []), [live, names])
  const charted = devices.flatMap((device) => {
    const slot = slots.get(device.id)
    return slot === undefined ? [] : [{ device, slot }]
  })
  return {
    charted,
    chosen,
    shown: shown.map((name) => describe(metrics, name)),
    more: more.map((name) => describe(metrics, name)),
  }
}
