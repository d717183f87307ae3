import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { FakeSocket } from '../testing/fake-socket'
import {
  answerAgain,
  connected,
  gap,
  history,
  live,
  say,
  seconds,
  settled,
  setUp,
  store,
  tearDown,
} from '../testing/live-part'
import { deviceJson, welcomeJson } from '../testing/messages'

beforeEach(setUp)
afterEach(tearDown)

describe('what was missed', () => {
  test('while the line was down is fetched after the reconnect', async () => {
    await connected()
    say(1, 2, 3)
    FakeSocket.last.drop(1006)
    store(1, 2, 3, 4, 5, 6)
    await vi.advanceTimersByTimeAsync(1_000)
    FakeSocket.last.open()
    FakeSocket.last.say(welcomeJson())
    say(7)
    await settled()
    expect(seconds()).toEqual([1, 2, 3, 4, 5, 6, 7])
  })

  test('of an old backlog while the line was down is fetched too', async () => {
    await connected()
    say(100)
    FakeSocket.last.drop(1006)
    store(-200, -199, 100, 101)
    await vi.advanceTimersByTimeAsync(1_000)
    FakeSocket.last.open()
    FakeSocket.last.say(welcomeJson())
    await settled()
    expect(seconds()).toEqual([-200, -199, 100, 101])
  })

  test('in a gap is fetched after another welcome, which brings all else that was missed', async () => {
    await connected()
    say(1)
    store(1, 2, 3, 4)
    gap()
    gap()
    say(5)
    expect(FakeSocket.last.sent).toHaveLength(1)
    await answerAgain(welcomeJson([deviceJson({ name: 'Galley' })]))
    expect(FakeSocket.last.sent).toHaveLength(2)
    expect(history.asked).toHaveLength(2)
    expect(seconds()).toEqual([1, 2, 3, 4, 5])
    expect(live.store.getState().devices.get('kitchen')?.name).toBe('Galley')
  })

  test('a thousand pages do not ask again in the same moment', async () => {
    await connected({ random: () => 0.5 })
    gap()
    await vi.advanceTimersByTimeAsync(1_499)
    expect(FakeSocket.last.sent).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(FakeSocket.last.sent).toHaveLength(2)
  })

  test('before a line that broke is not asked for twice', async () => {
    await connected()
    gap()
    FakeSocket.last.drop(1006)
    await vi.advanceTimersByTimeAsync(1_000)
    FakeSocket.last.open()
    FakeSocket.last.say(welcomeJson())
    await vi.advanceTimersByTimeAsync(5_000)
    expect(FakeSocket.last.sent).toHaveLength(1)
    expect(history.asked).toHaveLength(2)
  })

  test('during a request is asked for again', async () => {
    history.held = true
    await connected()
    gap()
    await answerAgain()
    history.release()
    await settled()
    expect(history.asked).toHaveLength(2)
  })
})
