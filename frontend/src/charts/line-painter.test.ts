import type { ECharts } from 'echarts/core'
import { beforeEach, describe, expect, test } from 'vitest'
import { SeriesBuffer } from '../live/series-buffer'
import { undescribed } from '../protocol/metric'
import { FakeChart } from '../testing/fake-chart'
import { drawnLines } from './drawn'
import type { Source } from './layers'
import { LinePainter } from './line-painter'

const INK = {
  lines: ['#111', '#222'],
  text: '#333',
  grid: '#444',
  axis: '#555',
  late: '#666',
  annotation: '#555',
  fontFamily: 'sans-serif',
}
const WINDOW = { fromMs: 0, toMs: 100_000 }

let chart: FakeChart
let painter: LinePainter
let buffer: SeriesBuffer
let version: number

function source(over: Partial<Source> = {}): Source {
  return {
    device: 'kitchen',
    version,
    intervalMs: 1000,
    slot: 0,
    view: () => buffer.view(),
    wholeFromMs: 0,
    pieces: () => [],
    late: [],
    ...over,
  }
}

function measure(timeMs: number, value: number): void {
  buffer.merge({ device: 'kitchen', timeMs: [timeMs], values: new Map([['co2', [value]]]) })
  version++
}

beforeEach(() => {
  chart = new FakeChart()
  painter = new LinePainter(undescribed('co2'))
  painter.restyle(undescribed('co2'), INK)
  painter.attach(chart as unknown as ECharts)
  buffer = new SeriesBuffer()
  version = 0
  measure(50_000, 600)
  measure(51_000, 610)
})

describe('the line painter', () => {
  test('draws the readings of each device in its colour', () => {
    painter.paint([source()], WINDOW)
    const line = chart.frames[0]?.series?.[0]
    expect(line?.id).toBe('kitchen')
    expect([...(line?.data ?? [])]).toEqual([50_000, 600, 51_000, 610])
    expect(line?.lineStyle.color).toBe('#111')
  })

  test('draws nothing again while nothing changed', () => {
    painter.paint([source()], WINDOW)
    painter.paint([source()], WINDOW)
    painter.paint([source()], { fromMs: 1, toMs: 100_001 })
    expect(chart.frames).toHaveLength(1)
  })

  test('draws again for a new reading, and when the window moved on by a pixel', () => {
    painter.paint([source()], WINDOW)
    measure(52_000, 620)
    painter.paint([source()], WINDOW)
    painter.paint([source()], { fromMs: 500, toMs: 100_500 })
    expect(chart.frames).toHaveLength(3)
  })

  test('knows whether there was anything to draw', () => {
    painter.paint([source({ view: () => undefined })], WINDOW)
    expect(painter.isEmpty()).toBe(true)
    painter.paint([source({ version: 9 })], WINDOW)
    expect(painter.isEmpty()).toBe(false)
  })

  test('draws at once after a resize', () => {
    painter.paint([source()], WINDOW)
    painter.repaint()
    expect(chart.frames).toHaveLength(2)
  })

  test('takes a line away when its device is taken off', () => {
    painter.paint([source(), source({ device: 'attic', slot: 1 })], WINDOW)
    painter.paint([source()], WINDOW)
    expect(chart.modes.at(-1)).toEqual({ replaceMerge: ['series'] })
    expect([...drawnLines('co2').keys()]).toEqual(['kitchen'])
  })

  test('tells what was drawn, until it is gone', () => {
    painter.paint([source()], WINDOW)
    expect(drawnLines('co2').get('kitchen')?.data).toHaveLength(4)
    painter.detach()
    expect(drawnLines('co2').size).toBe(0)
  })
})
