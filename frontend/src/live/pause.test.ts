import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { FakeSocket } from '../testing/fake-socket'
import { connected, live, say, seconds, settled, setUp, store, tearDown } from '../testing/live-part'
import { START_MS } from '../testing/messages'

beforeEach(setUp)
afterEach(tearDown)

describe('pause', () => {
  test('freezes the window and the values, and loses nothing', async () => {
    await connected()
    say(1)
    live.pause()
    const frozen = live.stretch()
    await vi.advanceTimersByTimeAsync(600_000)
    FakeSocket.last.say({ type: 'ping', time: Date.now() })
    say(601, 602, 603)
    expect(live.stretch()).toEqual(frozen)
    expect(live.latest('kitchen').get('temperature')?.value).toBe(1)
    expect(live.arrivedMeanwhile()).toBe(3)
    expect(seconds()).toEqual([1, 601, 602, 603])
    live.resume()
    expect(live.latest('kitchen').get('temperature')?.value).toBe(603)
    expect(live.stretch().toMs).toBeGreaterThan(START_MS + 599_000)
    expect(live.arrivedMeanwhile()).toBe(0)
  })

  test('keeps what is on screen when too much comes, and reads the rest on resume', async () => {
    await connected({ limit: 5 })
    say(1, 2, 3)
    await vi.advanceTimersByTimeAsync(3_000)
    live.pause()
    say(4)
    store(1, 2, 3, 4, 5, 6, 7)
    say(5, 6)
    say(7)
    expect(live.store.getState().pauseIsFull).toBe(true)
    await vi.advanceTimersByTimeAsync(30_000)
    expect(seconds()).toEqual([1, 2, 3, 4])
    expect(live.arrivedMeanwhile()).toBe(4)
    live.resume()
    await settled()
    expect(seconds()).toEqual([3, 4, 5, 6, 7])
    expect(live.store.getState().pauseIsFull).toBe(false)
  })
})
