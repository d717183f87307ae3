// The statistics of what is shown: asked for once of a window that stands still, and calmly again of one that runs.
import { useEffect, useState } from 'react'
import { fetchStatistics } from '../../api/fetch-statistics'
import type { Live } from '../../live/live'
import { useLive, useLiveState } from '../../live/use-live'
import { spanMs } from '../../live/view-window'
import type { Statistics } from '../../protocol/statistics'

export type StatisticsState = {
  readonly byDevice: ReadonlyMap<string, Statistics>
  readonly failed: boolean
}

const SETTLE_MS = 350
const CALM_MS = 5_000
const CALMEST_MS = 60_000
const RETRY_MS = 10_000

async function readAll(
  live: Live,
  devices: readonly string[],
  metrics: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, Statistics>> {
  const { fromMs, toMs } = live.stretch()
  const byDevice = new Map<string, Statistics>()
  // One after the other: nobody waits for them as for a line.
  for (const device of devices) {
    const ask = { device, metrics, startMs: fromMs, endMs: toMs, signal }
    byDevice.set(device, await fetchStatistics(ask))
  }
  return byDevice
}

export function useStatistics(devices: readonly string[], metrics: readonly string[]): StatisticsState {
  const live = useLive()
  const view = useLiveState((state) => state.view)
  const [state, setState] = useState<StatisticsState>({ byDevice: new Map(), failed: false })
  const deviceKey = devices.join('\n')
  const metricKey = metrics.join('\n')
  useEffect(() => {
    if (!deviceKey || !metricKey) return
    const stop = new AbortController()
    // A thousandth of the window moves no number that matters.
    const everyMs = Math.min(CALMEST_MS, Math.max(CALM_MS, spanMs(view) / 1_000))
    let timer: ReturnType<typeof setTimeout> | undefined
    const again = (waitMs: number) => {
      timer = setTimeout(() => void read(), waitMs)
    }
    const read = async () => {
      if (document.hidden) return again(CALM_MS)
      try {
        const byDevice = await readAll(live, deviceKey.split('\n'), metricKey.split('\n'), stop.signal)
        setState({ byDevice, failed: false })
        if (view.mode === 'live') again(everyMs)
      } catch (error) {
        if (stop.signal.aborted) return
        console.warn('Sense Live: the statistics cannot be read now.', error)
        setState((known) => ({ ...known, failed: true }))
        again(RETRY_MS)
      }
    }
    again(SETTLE_MS)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [live, view, deviceKey, metricKey])
  return state
}
