import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { FakeHistory } from '../testing/fake-history'
import { START_MS } from '../testing/messages'
import { chunkMs, stepFor } from './levels'
import { PieceLoader, type Wanted } from './piece-loader'
import { Pieces } from './pieces'

const MINUTE_MS = 60_000
const LEVEL_MS = MINUTE_MS
const CHUNK_MS = chunkMs(LEVEL_MS)
// A round number of chunks, so that windows lie where one expects them.
const NOW_MS = Math.floor(START_MS / CHUNK_MS) * CHUNK_MS

let history: FakeHistory
let pieces: Pieces
let loader: PieceLoader
let status: { loading: number; failed: boolean }

function wanted(fromChunks: number, toChunks: number, over: Partial<Wanted> = {}): Wanted {
  return {
    devices: ['kitchen'],
    metrics: ['temperature'],
    stretch: { fromMs: NOW_MS + fromChunks * CHUNK_MS, toMs: NOW_MS + toChunks * CHUNK_MS },
    levelMs: LEVEL_MS,
    ...over,
  }
}

const asked = () =>
  history.askedPages.map(({ startMs, endMs }) => [(startMs - NOW_MS) / CHUNK_MS, (endMs - NOW_MS) / CHUNK_MS])
const settled = (ms = 500) => vi.advanceTimersByTimeAsync(ms)

beforeEach(() => {
  vi.useFakeTimers({ now: NOW_MS })
  history = new FakeHistory()
  pieces = new Pieces()
  loader = new PieceLoader({
    fetch: history.fetchPage,
    pieces,
    nowMs: Date.now,
    onStatus: (next) => {
      status = next
    },
  })
  loader.resume()
})

afterEach(() => {
  loader.suspend()
  vi.useRealTimers()
})

describe('a long window', () => {
  test('is asked for in one request, with as many points as pixels, and then a little around it', async () => {
    loader.want(wanted(-5, -3))
    await settled()
    expect(asked()).toEqual([
      [-5, -3],
      [-3, -2],
      [-6, -5],
    ])
    expect(history.askedPages[0]).toMatchObject({
      points: 800,
      devices: ['kitchen'],
      metrics: ['temperature'],
    })
  })

  test('is asked for once while it is dragged about', async () => {
    for (let moved = 0; moved < 10; moved++) {
      loader.want(wanted(-5 + moved / 100, -3 + moved / 100))
      await settled(10)
    }
    await settled()
    expect(asked()[0]).toEqual([-5, -2])
  })

  test('that is panned back over is not asked for again', async () => {
    loader.want(wanted(-5, -3))
    await settled()
    loader.want(wanted(-9, -8))
    await settled()
    const before = asked().length
    loader.want(wanted(-5, -3))
    await settled()
    expect(asked()).toHaveLength(before)
  })

  test('is asked for of a device and a metric that came later, and of nothing else', async () => {
    loader.want(wanted(-1, -0.5))
    await settled()
    history.askedPages.length = 0
    loader.want(wanted(-1, -0.5, { devices: ['kitchen', 'attic'] }))
    await settled()
    expect(history.askedPages.map(({ devices }) => devices)).toContainEqual(['attic'])
    expect(history.askedPages.flatMap(({ devices }) => devices)).not.toContain('kitchen')
  })

  test('that is no longer looked at is not waited for', async () => {
    history.held = true
    loader.want(wanted(-5, -3))
    await settled()
    loader.want(wanted(-50, -48))
    expect(history.askedPages[0]?.signal.aborted).toBe(true)
    history.release()
    await settled()
    expect(pieces.get('kitchen', 'temperature', LEVEL_MS, NOW_MS / CHUNK_MS - 4)).toBeUndefined()
    expect(pieces.get('kitchen', 'temperature', LEVEL_MS, NOW_MS / CHUNK_MS - 49)).toBeDefined()
  })

  test('that cannot be read is told and asked for again, ever less often', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    history.failing = 3
    loader.want(wanted(-0.9, -0.8))
    await settled()
    expect(status.failed).toBe(true)
    expect(asked()).toHaveLength(1)
    await settled(30_000)
    expect(status).toEqual({ loading: 0, failed: false })
    expect(history.askedPages).toHaveLength(4)
  })
})

describe('what is held', () => {
  const step = () => stepFor(24 * 60 * MINUTE_MS, 1_000)

  test('is read anew at its end once a minute, while the window runs', async () => {
    vi.setSystemTime(NOW_MS + CHUNK_MS / 2)
    const runs = () => wanted(0, 0, { stretch: { fromMs: NOW_MS + 1, toMs: Date.now() } })
    loader.want(runs())
    for (let second = 0; second < 150; second++) {
      await settled(1_000)
      loader.tick(runs())
    }
    expect(asked().filter(([from]) => from === 0)).toHaveLength(3)
    expect(step()).toBe(MINUTE_MS)
  })

  const lateReading = () =>
    pieces.note(
      { device: 'kitchen', timeMs: [NOW_MS - CHUNK_MS / 2], values: new Map([['temperature', [1]]]) },
      Date.now(),
    )

  test('is read anew while late readings come in, but not for each of them', async () => {
    loader.want(wanted(-0.9, -0.1))
    await settled()
    history.askedPages.length = 0
    for (let number = 0; number < 40; number++) {
      lateReading()
      await settled(100)
      loader.tick(wanted(-0.9, -0.1))
    }
    expect([1, 2]).toContain(history.askedPages.length)
  })

  test('is read anew ever less often after a late reading, until the server has surely made it anew', async () => {
    loader.want(wanted(-0.9, -0.1))
    await settled()
    lateReading()
    const askedAtS: number[] = []
    for (let second = 0; second < 400; second++) {
      const before = history.askedPages.length
      loader.tick(wanted(-0.9, -0.1))
      await settled(1_000)
      if (history.askedPages.length > before) askedAtS.push(second)
    }
    expect(askedAtS).toHaveLength(7)
    expect(askedAtS[0]).toBeLessThanOrEqual(3)
    expect(askedAtS.at(-1)).toBeGreaterThanOrEqual(115)
  })

  test('is drawn until the newer is there', async () => {
    history.stored = [{ timeMs: NOW_MS - CHUNK_MS / 2, value: 20 }]
    loader.want(wanted(-0.9, -0.1))
    await settled()
    pieces.doubtAll(Date.now())
    const held = pieces.over('kitchen', 'temperature', wanted(-0.9, -0.1).stretch, LEVEL_MS)
    expect(held.flatMap(({ mean }) => [...mean])).toEqual([20])
  })
})
