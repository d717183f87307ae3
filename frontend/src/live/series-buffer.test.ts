import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Series } from '../protocol/series'
import { SeriesBuffer } from './series-buffer'

function series(timeMs: number[], values: Record<string, (number | null)[]>): Series {
  return { device: 'kitchen', timeMs, values: new Map(Object.entries(values)) }
}

const times = (buffer: SeriesBuffer) => [...buffer.view().times]
const column = (buffer: SeriesBuffer, metric: string) => [...(buffer.view().column(metric) ?? [])]

describe('a buffer', () => {
  test('takes readings of any order, doubled and in any pieces, and holds each time once, ascending', () => {
    const batches = fc.array(fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 60 }), { maxLength: 20 })
    fc.assert(
      fc.property(batches, (pieces) => {
        const buffer = new SeriesBuffer()
        let added = 0
        for (const piece of pieces) added += buffer.merge(series(piece, { a: piece.map((time) => time * 2) }))
        const expected = [...new Set(pieces.flat())].sort((a, b) => a - b)
        expect(times(buffer)).toEqual(expected)
        expect(column(buffer, 'a')).toEqual(expected.map((time) => time * 2))
        expect(added).toBe(expected.length)
      }),
    )
  })

  test('merges the metrics of one millisecond, whichever comes first', () => {
    const cell = fc.record({ time: fc.integer({ min: 0, max: 30 }), metric: fc.constantFrom('a', 'b', 'c') })
    fc.assert(
      fc.property(fc.array(cell, { maxLength: 80 }), (cells) => {
        const buffer = new SeriesBuffer()
        const value = (metric: string, time: number) => metric.charCodeAt(0) * 1000 + time
        for (const { time, metric } of cells)
          buffer.merge(series([time], { [metric]: [value(metric, time)] }))
        for (const metric of ['a', 'b', 'c']) {
          const present = new Set(cells.filter((one) => one.metric === metric).map((one) => one.time))
          if (present.size === 0) continue
          const expected = times(buffer).map((time) => (present.has(time) ? value(metric, time) : NaN))
          expect(column(buffer, metric)).toEqual(expected)
        }
      }),
    )
  })

  test('never holds more than its limit, and keeps the newest', () => {
    const pieces = fc.array(fc.array(fc.integer({ min: 0, max: 5000 }), { maxLength: 300 }), { maxLength: 8 })
    fc.assert(
      fc.property(pieces, (batches) => {
        const buffer = new SeriesBuffer(100)
        const seen = new Set<number>()
        for (const batch of batches) {
          buffer.merge(series(batch, { a: batch }))
          for (const time of batch) seen.add(time)
        }
        expect(buffer.length).toBeLessThanOrEqual(100)
        const newest = [...seen].sort((a, b) => b - a).slice(0, 100)
        expect(times(buffer)).toEqual(newest.reverse())
        expect(column(buffer, 'a')).toEqual(times(buffer))
      }),
    )
  })

  test('slides through many times its size without losing its place', () => {
    const buffer = new SeriesBuffer(1_000)
    for (let time = 0; time < 20_000; time++) buffer.merge(series([time], { a: [time % 7] }))
    expect(times(buffer)).toEqual(Array.from({ length: 1_000 }, (_, index) => 19_000 + index))
    expect(column(buffer, 'a')[0]).toBe(19_000 % 7)
  })

  test('does not overwrite what is known', () => {
    const buffer = new SeriesBuffer()
    buffer.merge(series([5], { a: [1] }))
    buffer.merge(series([5], { a: [2], b: [3] }))
    expect(column(buffer, 'a')).toEqual([1])
    expect(column(buffer, 'b')).toEqual([3])
  })

  test('has NaN where a metric came later than the others', () => {
    const buffer = new SeriesBuffer()
    buffer.merge(series([1, 2], { a: [10, null] }))
    buffer.merge(series([3], { b: [30] }))
    expect(column(buffer, 'a')).toEqual([10, NaN, NaN])
    expect(column(buffer, 'b')).toEqual([NaN, NaN, 30])
  })

  test('lets go of what is older than asked', () => {
    const buffer = new SeriesBuffer()
    buffer.merge(series([1, 2, 3, 4], { a: [1, 2, 3, 4] }))
    buffer.dropBefore(3)
    expect(times(buffer)).toEqual([3, 4])
    expect(buffer.firstMs).toBe(3)
    buffer.merge(series([2], { a: [2] }))
    expect(column(buffer, 'a')).toEqual([2, 3, 4])
  })
})
