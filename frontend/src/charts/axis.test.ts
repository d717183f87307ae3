import { describe, expect, test } from 'vitest'
import { breakMs } from './break-time'
import { formatClock, formatExactClock } from './format-time'
import { nearestReading } from './nearest'
import { circleAxis, axisTicks, stepDecimals, valueAxis } from './value-axis'

describe('the value axis', () => {
  test('holds all values between round numbers', () => {
    const axis = valueAxis(19.3, 23.8, 1)
    expect(axis.min).toBeLessThanOrEqual(19.3)
    expect(axis.max).toBeGreaterThanOrEqual(23.8)
    expect(axis.step).toBe(1)
  })

  test.each([
    [15.5, 24.6],
    [43, 70.5],
    [1003.4, 1004.5],
    [-181, -99],
  ])('gives the lines from %d to %d most of the height', (minimum, maximum) => {
    const axis = valueAxis(minimum, maximum, 1)
    expect((maximum - minimum) / (axis.max - axis.min)).toBeGreaterThan(0.7)
  })

  test('labels whole steps only, although it may end at half a one', () => {
    const axis = valueAxis(15.5, 24.6, 1)
    expect(axis).toEqual({ min: 15, max: 25, step: 2 })
    expect(axisTicks(axis)).toEqual([16, 18, 20, 22, 24])
    expect(axisTicks(circleAxis(-12))).toEqual([-180, -90, 0, 90, 180])
  })

  test('does not blow noise up to weather', () => {
    const axis = valueAxis(21.5, 21.52, 1)
    expect(axis.max - axis.min).toBeGreaterThanOrEqual(1)
  })

  test('has one for nothing, too', () => {
    expect(valueAxis(Infinity, -Infinity, 1)).toEqual({ min: 0, max: 1, step: 0.5 })
  })

  test('of an angle is the whole circle', () => {
    expect(circleAxis(3)).toMatchObject({ min: 0, max: 360 })
    expect(circleAxis(-12)).toMatchObject({ min: -180, max: 180 })
  })

  test('is labelled with as many decimals as its step has', () => {
    expect([2, 0.5, 0.05, 100].map(stepDecimals)).toEqual([0, 1, 2, 0])
  })
})

describe('the silence that breaks a line', () => {
  const sent = (spacingMs: number) => Float64Array.from({ length: 40 }, (_, index) => index * spacingMs)

  test('is five intervals, and five seconds at least', () => {
    expect(breakMs(sent(100), sent(100), 100)).toBe(5_000)
    expect(breakMs(sent(2_000), sent(2_000), 2_000)).toBe(10_000)
  })

  test('is longer for a device that sends more slowly than it was asked to', () => {
    expect(breakMs(sent(60_000), sent(60_000), 1_000)).toBe(300_000)
  })
})

describe('the reading under the crosshair', () => {
  const times = new Float64Array([100, 200, 300])
  const values = new Float64Array([1, NaN, 3])
  const view = { times, column: (metric: string) => (metric === 'a' ? values : undefined) }

  test('is the nearest that has the metric', () => {
    expect(nearestReading(view, 'a', 190, 500)).toEqual({ timeMs: 100, value: 1, group: null })
    expect(nearestReading(view, 'a', 260, 500)).toEqual({ timeMs: 300, value: 3, group: null })
  })

  test('is none within a gap, and none of an unknown metric', () => {
    expect(nearestReading(view, 'a', 200, 50)).toBeNull()
    expect(nearestReading(view, 'b', 200, 500)).toBeNull()
  })
})

test('clock times show seconds only where they matter', () => {
  const noon = new Date(2025, 10, 20, 12, 5).getTime()
  expect(formatClock(noon)).toBe('12:05')
  expect(formatClock(noon + 7_000)).toBe('12:05:07')
  expect(formatExactClock(noon + 7_089)).toBe('12:05:07.089')
})
