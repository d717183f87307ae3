import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { visiblePoints } from './bins'

const options = { fromMs: 0, toMs: 1000, pixels: 100, breakMs: 10_000 }

function pairs(data: Float64Array): [number, number][] {
  return Array.from({ length: data.length / 2 }, (_, row) => [
    data[row * 2] as number,
    data[row * 2 + 1] as number,
  ])
}

function points(times: number[], values: number[], over: Partial<Parameters<typeof visiblePoints>[2]> = {}) {
  return visiblePoints(new Float64Array(times), new Float64Array(values), { ...options, ...over })
}

describe('the points of a line', () => {
  test('are all readings as long as they are few', () => {
    expect(pairs(points([10, 20, 30], [1, 2, 3]).data)).toEqual([
      [10, 1],
      [20, 2],
      [30, 3],
    ])
  })

  test('never hide an extreme, and are at most two a pixel', () => {
    const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1000, maxLength: 1000 })
    fc.assert(
      fc.property(values, (readings) => {
        const result = points(
          readings.map((_, index) => index),
          readings,
        )
        const drawn = pairs(result.data).map(([, value]) => value)
        expect(Math.min(...drawn)).toBe(Math.min(...readings))
        expect(Math.max(...drawn)).toBe(Math.max(...readings))
        expect([result.minimum, result.maximum]).toEqual([Math.min(...readings), Math.max(...readings)])
        expect(drawn.length).toBeLessThanOrEqual(2 * 101)
        const times = pairs(result.data).map(([time]) => time)
        expect(times).toEqual([...times].sort((a, b) => a - b))
      }),
      { numRuns: 30 },
    )
  })

  test('stay the same for the same readings while the window moves', () => {
    const times = Array.from({ length: 3000 }, (_, index) => index)
    const values = times.map((time) => Math.sin(time / 7) * 100)
    const inside = (fromMs: number) =>
      pairs(points(times, values, { fromMs, toMs: fromMs + 1000 }).data)
        .filter(([time]) => time >= 600 && time < 900)
        .map(String)
    expect(inside(503)).toEqual(inside(500))
    expect(inside(517)).toEqual(inside(500))
  })

  test('break where nothing came for long', () => {
    const drawn = pairs(points([0, 100, 700, 800], [1, 2, 3, 4], { breakMs: 200 }).data)
    expect(drawn).toEqual([
      [0, 1],
      [100, 2],
      [400, NaN],
      [700, 3],
      [800, 4],
    ])
  })

  test('do not break where a pixel is wider than a silence may be', () => {
    const times = Array.from({ length: 1000 }, (_, index) => index)
    const steps = { pixels: 50, breakMs: 5 }
    expect(pairs(points(times, times, steps).data).filter(([, value]) => Number.isNaN(value))).toEqual([])
    const silent = times.filter((time) => time < 450 || time >= 520)
    expect(pairs(points(silent, silent, steps).data).filter(([, value]) => Number.isNaN(value))).toEqual([
      [484.5, NaN],
    ])
  })

  test('do not break where only another metric was missing', () => {
    expect(pairs(points([0, 100, 200], [1, NaN, 3], { breakMs: 250 }).data)).toEqual([
      [0, 1],
      [200, 3],
    ])
  })

  test('begin before the left edge, so that the line does', () => {
    const drawn = pairs(points([100, 200, 300], [1, 2, 3], { fromMs: 250 }).data)
    expect(drawn[0]).toEqual([200, 2])
  })

  test('are none when no reading lies in the window', () => {
    const result = points([1, 2], [5, 5], { fromMs: 100, toMs: 200 })
    expect(result.data).toHaveLength(0)
    expect(result.minimum).toBeGreaterThan(result.maximum)
  })

  test('show a lone reading as one pixel of line', () => {
    expect(pairs(points([500], [7]).data)).toEqual([
      [500, 7],
      [510, 7],
    ])
  })

  test('break where an angle passes north', () => {
    const drawn = pairs(points([0, 10, 20, 30], [350, 358, 2, 10], { circle: 360 }).data)
    expect(drawn.filter(([, value]) => Number.isNaN(value))).toHaveLength(1)
  })
})
