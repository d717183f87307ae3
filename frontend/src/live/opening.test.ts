import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { FakeSocket } from '../testing/fake-socket'
import {
  begin,
  connected,
  history,
  live,
  say,
  seconds,
  settled,
  setUp,
  store,
  tearDown,
} from '../testing/live-part'
import { deviceJson, START_MS, welcomeJson } from '../testing/messages'

beforeEach(setUp)
afterEach(tearDown)

describe('opening', () => {
  test('asks the history only after the welcome, for the window of the charted device', async () => {
    begin()
    await settled()
    expect(history.asked).toHaveLength(0)
    FakeSocket.last.open()
    FakeSocket.last.say(welcomeJson())
    expect(history.asked).toMatchObject([{ device: 'kitchen', startMs: START_MS - 300_000 }])
  })

  test('joins history and frames without a hole and without a double', async () => {
    store(-3, -2, -1, 0, 1)
    history.held = true
    await connected()
    say(0, 1)
    say(2)
    history.release()
    await settled()
    expect(seconds()).toEqual([-3, -2, -1, 0, 1, 2])
  })

  test('goes on asking while answers are incomplete', async () => {
    store(...Array.from({ length: 25 }, (_, index) => index - 25))
    history.most = 10
    await connected()
    expect(history.asked).toHaveLength(3)
    expect(seconds()).toEqual(Array.from({ length: 25 }, (_, index) => index - 25))
  })

  test('shows the latest values of the welcome at once', async () => {
    await connected()
    expect(live.latest('kitchen').get('humidity')).toEqual({ value: 41.2, timeMs: START_MS })
  })

  test('asks again for what could not be read', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    store(-1)
    history.failing = 2
    await connected()
    expect(live.store.getState().history).toEqual({ loading: 0, failed: true })
    await vi.advanceTimersByTimeAsync(10_000)
    expect(seconds()).toEqual([-1])
    expect(live.store.getState().history).toEqual({ loading: 0, failed: false })
  })

  test('widening the window asks only for what is missing', async () => {
    await connected()
    live.viewport.setSpan(900_000)
    expect(history.asked).toHaveLength(2)
    expect(history.asked[1]).toMatchObject({ startMs: START_MS - 900_000, endMs: START_MS - 300_000 })
    live.viewport.setSpan(60_000)
    await settled()
    live.viewport.setSpan(900_000)
    expect(history.asked).toHaveLength(2)
  })
})

describe('an interruption of the server itself', () => {
  test('is known from its word until it is over', async () => {
    await connected()
    FakeSocket.last.say({ type: 'interrupted', since: START_MS })
    expect(live.store.getState().interruptedSinceMs).toBe(START_MS)
    FakeSocket.last.say({ type: 'resumed' })
    expect(live.store.getState().interruptedSinceMs).toBeNull()
  })

  test('is known to a page that comes in the middle of it', async () => {
    begin()
    FakeSocket.last.open()
    FakeSocket.last.say(welcomeJson([deviceJson()], { interrupted_since: START_MS - 1_000 }))
    await settled()
    expect(live.store.getState().interruptedSinceMs).toBe(START_MS - 1_000)
  })
})
