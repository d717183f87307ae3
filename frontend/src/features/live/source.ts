// What a chart draws of a device: its buffer, the history's pieces, and what came late.
import type { Source } from '../../charts/layers'
import type { Live } from '../../live/live'
import type { ChartedDevice } from './charted-devices'

export function sourceOf(live: Live, metric: string, { device, slot }: ChartedDevice): Source {
  return {
    device: device.id,
    version: live.version(device.id, metric),
    intervalMs: device.intervalMs,
    slot,
    view: () => live.readings.view(device.id),
    wholeFromMs: live.wholeFromMs(device.id),
    pieces: (stretch) => live.pieces(device.id, metric, stretch),
    late: live.late.of(device.id),
  }
}
