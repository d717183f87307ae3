import { describe, expect, test } from 'vitest'
import { SeriesBuffer } from '../live/series-buffer'
import { pieceFrom } from '../testing/pieces'
import { outline } from './band'
import { layersOf, type Source } from './layers'
import { nearestDrawn } from './nearest'
import { traceOf } from './trace'

const MINUTE_MS = 60_000
const ASK = { fromMs: 0, toMs: 10 * MINUTE_MS, metric: 'co2', pixels: 600, circle: undefined }

function source(over: Partial<Source> = {}): Source {
  return {
    device: 'kitchen',
    version: 0,
    intervalMs: 1_000,
    slot: 0,
    view: () => undefined,
    wholeFromMs: Infinity,
    pieces: () => [],
    late: [],
    ...over,
  }
}

function buffered(...rows: [timeMs: number, value: number][]): Source['view'] {
  const buffer = new SeriesBuffer()
  const timeMs = rows.map(([time]) => time)
  buffer.merge({ device: 'kitchen', timeMs, values: new Map([['co2', rows.map(([, value]) => value)]]) })
  return () => buffer.view()
}

const pairs = (data: Float64Array) =>
  Array.from({ length: data.length / 2 }, (_, row) => [data[row * 2], data[row * 2 + 1]])

describe('the layers of a line', () => {
  test('draw no time twice: the best first, coarser ones where it lacks, readings where nothing else is', () => {
    const fine = { ...pieceFrom(2 * MINUTE_MS, 1_000, []), fromMs: 2 * MINUTE_MS, toMs: 4 * MINUTE_MS }
    const coarse = { ...pieceFrom(0, MINUTE_MS, []), fromMs: 0, toMs: 6 * MINUTE_MS }
    const layers = layersOf(source({ pieces: () => [fine, coarse] }), ASK)
    expect(layers.map((one) => [one.fromMs / MINUTE_MS, one.toMs / MINUTE_MS, one.piece?.levelMs])).toEqual([
      [0, 2, MINUTE_MS],
      [2, 4, 1_000],
      [4, 6, MINUTE_MS],
      [6, 10, undefined],
    ])
  })

  test('are only the readings once the buffer is whole', () => {
    const layers = layersOf(source({ wholeFromMs: -1, pieces: () => [pieceFrom(0, MINUTE_MS, [1])] }), ASK)
    expect(layers).toEqual([{ fromMs: 0, toMs: 10 * MINUTE_MS, piece: null }])
  })
})

describe('the trace of a line', () => {
  test('goes through the means, with a band of the extremes, and reaches as far as these', () => {
    const trace = traceOf(source({ pieces: () => [pieceFrom(0, MINUTE_MS, [20, 22])] }), ASK)
    expect(pairs(trace.data)).toEqual([
      [MINUTE_MS / 2, 20],
      [MINUTE_MS * 1.5, 22],
    ])
    expect(trace.bands.map((band) => [...band])).toEqual([[MINUTE_MS / 2, 19, 21, MINUTE_MS * 1.5, 21, 23]])
    expect([trace.minimum, trace.maximum]).toEqual([19, 23])
    expect(trace.stepsMs).toEqual([MINUTE_MS])
  })

  test('breaks line and band where a point is missing', () => {
    const trace = traceOf(source({ pieces: () => [pieceFrom(0, MINUTE_MS, [20, 21, NaN, 22, 23])] }), ASK)
    expect(pairs(trace.data).filter(([, value]) => Number.isNaN(value))).toHaveLength(1)
    expect(trace.bands).toHaveLength(2)
  })

  test('breaks between two pieces, too, and not where they meet', () => {
    const first = pieceFrom(0, MINUTE_MS, [20, 21])
    const next = pieceFrom(2 * MINUTE_MS, MINUTE_MS, [22, 23])
    const later = pieceFrom(6 * MINUTE_MS, MINUTE_MS, [22, 23])
    expect(traceOf(source({ pieces: () => [first, next] }), ASK).bands).toHaveLength(1)
    expect(traceOf(source({ pieces: () => [first, later] }), ASK).bands).toHaveLength(2)
  })

  test('does not fall apart where a device sends less often than there are points', () => {
    const means = Array.from({ length: 40 }, (_, index) => (index % 5 ? NaN : 20))
    const trace = traceOf(source({ pieces: () => [pieceFrom(0, 15_000, means)] }), ASK)
    expect(pairs(trace.data).some(([, value]) => Number.isNaN(value))).toBe(false)
  })

  test('goes on with the newest readings after the last average', () => {
    const view = buffered([4 * MINUTE_MS + 1_000, 25], [4 * MINUTE_MS + 2_000, 26])
    const pieces = () => [pieceFrom(0, MINUTE_MS, [20, 21, 22, 23])]
    const trace = traceOf(source({ view, pieces }), ASK)
    expect(pairs(trace.data).slice(-2)).toEqual([
      [4 * MINUTE_MS + 1_000, 25],
      [4 * MINUTE_MS + 2_000, 26],
    ])
    expect(pairs(trace.data)).toHaveLength(6)
  })

  test('has no band for an angle', () => {
    const ask = { ...ASK, circle: 360 }
    const trace = traceOf(source({ pieces: () => [pieceFrom(0, MINUTE_MS, [350, 10])] }), ask)
    expect(trace.bands).toHaveLength(0)
    expect(pairs(trace.data).some(([, value]) => Number.isNaN(value))).toBe(true)
  })

  test('is not stretched by what is out of sight', () => {
    const pieces = () => [pieceFrom(-5 * MINUTE_MS, MINUTE_MS, [90, 90, 90, 90, 20, 20, 20])]
    expect(traceOf(source({ pieces }), ASK).maximum).toBe(21)
  })
})

describe('a window shorter than the time between two readings', () => {
  const view = buffered([0, 20], [300_000, 21], [600_000, 22])
  const ask = { ...ASK, fromMs: 310_000, toMs: 320_000 }

  test('shows the line that goes through it', () => {
    const trace = traceOf(source({ view, intervalMs: 300_000 }), ask)
    expect(pairs(trace.data)).toEqual([
      [300_000, 21],
      [600_000, 22],
    ])
    expect([trace.minimum, trace.maximum]).toEqual([21, 22])
  })

  test('shows no line through it where the silence was too long', () => {
    const often = Array.from({ length: 40 }, (_, index): [number, number] => [index * 1_000, 20])
    const trace = traceOf(source({ view: buffered(...often, [600_000, 21]) }), ask)
    expect(pairs(trace.data).some(([, value]) => Number.isNaN(value))).toBe(true)
  })
})

test('a band is outlined along its highest and back along its lowest', () => {
  const corners = outline(Float64Array.of(0, 1, 3, 10, 2, 4), (timeMs, value) => [timeMs, value])
  expect(corners).toEqual([
    [0, 3],
    [10, 4],
    [10, 2],
    [0, 1],
  ])
})

describe('the crosshair over a long line', () => {
  const pieces = () => [pieceFrom(0, MINUTE_MS, [20, 21, NaN, NaN, NaN, 25])]

  test('tells what the nearest point stands for', () => {
    expect(nearestDrawn(source({ pieces }), 'co2', 80_000, ASK.toMs)).toEqual({
      timeMs: 90_000,
      value: 21,
      group: { fromMs: MINUTE_MS, toMs: 2 * MINUTE_MS, low: 20, high: 22, count: 60 },
    })
  })

  test('tells nothing within a gap, and readings after the last average', () => {
    expect(nearestDrawn(source({ pieces }), 'co2', 3.6 * MINUTE_MS, ASK.toMs)).toBeNull()
    const view = buffered([7 * MINUTE_MS, 30])
    const found = nearestDrawn(source({ pieces, view }), 'co2', 7 * MINUTE_MS + 100, ASK.toMs)
    expect(found).toEqual({ timeMs: 7 * MINUTE_MS, value: 30, group: null })
  })
})
