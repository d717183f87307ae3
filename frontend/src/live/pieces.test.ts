import { describe, expect, test } from 'vitest'
import { pieceFrom } from '../testing/pieces'
import { chunkNumbers, chunkStretch, stepFor, STEPS_MS } from './levels'
import { pieceOf } from './piece'
import { Pieces } from './pieces'

const DAY_MS = 86_400_000

describe('the width of points', () => {
  test('grows with the stretch, from a second to days, and never gives more than the server does', () => {
    let last = 0
    for (let spanMs = 10_000; spanMs <= 3_653 * DAY_MS; spanMs *= 1.1) {
      const stepMs = stepFor(spanMs, 1_200)
      expect(STEPS_MS).toContain(stepMs)
      expect(stepMs).toBeGreaterThanOrEqual(last)
      expect(spanMs / stepMs).toBeLessThanOrEqual(2_000)
      last = stepMs
    }
    expect([stepFor(10_000, 1_200), stepFor(DAY_MS, 1_200), stepFor(365 * DAY_MS, 1_200), last]).toEqual([
      1_000,
      60_000,
      6 * 3_600_000,
      2 * DAY_MS,
    ])
  })

  test('cuts time into chunks that touch the stretch, and no others', () => {
    const numbers = chunkNumbers({ fromMs: 400_000, toMs: 1_200_000 }, 1_000)
    expect(numbers).toEqual([1, 2])
    expect(chunkStretch(2, 1_000)).toEqual({ fromMs: 800_000, toMs: 1_200_000 })
  })
})

describe('a piece', () => {
  const history = {
    device: 'kitchen',
    complete: true,
    stepMs: 100,
    timeMs: [-50, 50, 150, 350],
    values: new Map([['a', [1, 2, null, 4]]]),
    low: new Map([['a', [0, 1, null, 3]]]),
    high: new Map([['a', [2, 3, null, 5]]]),
    count: new Map([['a', [9, 10, null, 2]]]),
  }

  test('has its points in the middle of what they stand for, also the newest, which is not full', () => {
    const piece = pieceOf({
      history,
      metric: 'a',
      levelMs: 100,
      chunk: { fromMs: 0, toMs: 400 },
      knownMs: 370,
    })
    expect([...piece.drawnMs]).toEqual([0, 100, 360])
    expect([...piece.mean]).toEqual([1, 2, 4])
    expect([...piece.count]).toEqual([9, 10, 2])
    expect(piece.toMs).toBe(370)
  })

  test('leaves a point at its edge to the neighbour that holds the middle of it', () => {
    const at = (fromMs: number) =>
      pieceOf({ history, metric: 'a', levelMs: 100, chunk: { fromMs, toMs: fromMs + 100 }, knownMs: 1_000 })
    expect([...at(-100).drawnMs]).toEqual([])
    expect([...at(0).drawnMs]).toEqual([0])
    expect([...at(100).drawnMs]).toEqual([100])
  })

  test('of a device that says nothing is empty', () => {
    const chunk = { fromMs: 0, toMs: 100 }
    const piece = pieceOf({ history: undefined, metric: 'a', levelMs: 100, chunk, knownMs: 500 })
    expect(piece).toMatchObject({ fromMs: 0, toMs: 100 })
    expect(piece.mean).toHaveLength(0)
  })
})

describe('the pieces', () => {
  test('give the wanted width first, then what is nearest to it', () => {
    const pieces = new Pieces()
    for (const stepMs of [1_000, 60_000, 3_600_000]) {
      pieces.put('kitchen', 'co2', 0, pieceFrom(0, stepMs, [1, 2, 3]), 0)
    }
    const widths = pieces.over('kitchen', 'co2', { fromMs: 0, toMs: 2_000 }, 60_000).map((one) => one.levelMs)
    expect(widths[0]).toBe(60_000)
    expect(widths).toHaveLength(3)
    expect(pieces.over('kitchen', 'co2', { fromMs: 200_000, toMs: 300_000 }, 1_000)).toHaveLength(1)
  })

  test('let go of what was not used for the longest, and of no more than needed', () => {
    const pieces = new Pieces(3_000)
    const means = Array.from({ length: 100 }, (_, index) => index)
    for (let chunk = 0; chunk < 20; chunk++) {
      pieces.put('kitchen', 'co2', chunk, pieceFrom(chunk * 100_000, 1_000, means), 0)
      pieces.over('kitchen', 'co2', { fromMs: 0, toMs: 50_000 }, 1_000)
    }
    const held = Array.from({ length: 20 }, (_, chunk) => pieces.get('kitchen', 'co2', 1_000, chunk))
    expect(held[0]).toBeDefined()
    expect(held[19]).toBeDefined()
    expect(held.filter(Boolean).length).toBeLessThanOrEqual(5)
  })

  test('are wrong only where a reading came into what they know', () => {
    const pieces = new Pieces()
    pieces.put('kitchen', 'co2', 0, pieceFrom(0, 1_000, [1, 2, 3]), 0)
    const wrongAfter = (timeMs: number, metric = 'co2') => {
      pieces.note({ device: 'kitchen', timeMs: [timeMs], values: new Map([[metric, [1]]]) }, 7)
      return pieces.get('kitchen', 'co2', 1_000, 0)?.wrongAtMs
    }
    expect([wrongAfter(3_000), wrongAfter(500, 'humidity'), wrongAfter(500)]).toEqual([null, null, 7])
  })
})
