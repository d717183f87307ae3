import { describe, expect, test } from 'vitest'
import { LateArrivals } from './late-arrivals'

const NOW_MS = 10_000_000

function come(late: LateArrivals, newestMs: number, ...agesS: number[]): void {
  const timeMs = agesS.map((age) => NOW_MS - age * 1_000)
  late.note({ device: 'kitchen', timeMs, values: new Map() }, NOW_MS, newestMs)
}

describe('what arrives late', () => {
  test('is told as one stretch as long as it belongs together', () => {
    const late = new LateArrivals()
    come(late, NOW_MS, 400, 399, 398, 100, 99)
    expect(late.of('kitchen')).toEqual([
      { fromMs: NOW_MS - 400_000, toMs: NOW_MS - 398_000 },
      { fromMs: NOW_MS - 100_000, toMs: NOW_MS - 99_000 },
    ])
    come(late, NOW_MS, ...Array.from({ length: 30 }, (_, index) => 390 - index * 10))
    expect(late.of('kitchen')).toEqual([{ fromMs: NOW_MS - 400_000, toMs: NOW_MS - 99_000 }])
  })

  test('is not what is hardly old, nor each reading of a board whose clock is a little behind', () => {
    const late = new LateArrivals()
    come(late, NOW_MS, 8)
    come(late, NOW_MS - 31_000, 30)
    expect(late.of('kitchen')).toEqual([])
    come(late, NOW_MS - 1_000, 30)
    expect(late.of('kitchen')).toHaveLength(1)
  })

  test('is redrawn only when something is new in it', () => {
    const late = new LateArrivals()
    come(late, NOW_MS, 300, 290)
    const { version } = late
    come(late, NOW_MS, 300, 295)
    expect(late.version).toBe(version)
  })
})
