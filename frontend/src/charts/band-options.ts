// What ECharts is told of the shapes around the lines: the bands of the extremes, and the foot under what came late.
import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemParams } from 'echarts/types/dist/shared'
import type { Stretch } from '../live/view-window'
import { outline, type Band } from './band'

const FOOT_HEIGHT = 4
// A single late reading, too, is wide enough to be seen.
const FOOT_NARROWEST = 3

const STILL = { type: 'custom' as const, silent: true, animation: false, clip: true }

export function bandSeries(id: string, bands: readonly Band[], color: string) {
  return {
    ...STILL,
    id: `${id}/band`,
    z: 1,
    data: bands.map((band) => [band[0], band[2]]),
    renderItem: (params: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI) => ({
      type: 'polygon' as const,
      silent: true,
      shape: {
        points: outline(bands[params.dataIndex] ?? new Float64Array(), (timeMs, value) =>
          api.coord([timeMs, value]),
        ),
      },
      style: { fill: color, opacity: 0.18 },
    }),
  }
}

export function lateSeries(stretches: readonly Stretch[], bottom: number, color: string) {
  return {
    ...STILL,
    id: 'late',
    z: 3,
    data: stretches.map(({ fromMs }) => [fromMs, bottom]),
    renderItem: (params: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI) => {
      const { fromMs, toMs } = stretches[params.dataIndex] ?? { fromMs: 0, toMs: 0 }
      const [x = 0, y = 0] = api.coord([fromMs, bottom])
      const [end = 0] = api.coord([toMs, bottom])
      const width = Math.max(FOOT_NARROWEST, end - x)
      return {
        type: 'rect' as const,
        silent: true,
        shape: { x, y: y - FOOT_HEIGHT, width, height: FOOT_HEIGHT },
        style: { fill: color },
      }
    },
  }
}
