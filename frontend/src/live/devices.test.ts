import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { parseDeviceState } from '../protocol/device'
import { FakeSocket } from '../testing/fake-socket'
import {
  begin,
  connected,
  history,
  listDevices,
  live,
  say,
  seconds,
  settled,
  setUp,
  store,
  tearDown,
} from '../testing/live-part'
import { deviceJson, metricJson, readingsJson, START_MS, welcomeJson } from '../testing/messages'

beforeEach(setUp)
afterEach(tearDown)

describe('devices and metrics', () => {
  test('come, change and go with the changes, also those of this page', async () => {
    await connected()
    const data = deviceJson({ id: 'attic', name: 'Attic', metrics: [], online: false, latest: null })
    const change = {
      type: 'change',
      model: 'device',
      action: 'add',
      id: 'attic',
      data,
      origin: '9f3c1a2b7d4e4f60',
    }
    FakeSocket.last.say(change)
    FakeSocket.last.say(change)
    expect([...live.store.getState().devices.keys()]).toEqual(['attic', 'kitchen'])
    FakeSocket.last.say({ ...change, action: 'update', data: { ...data, name: 'Loft' } })
    expect(live.store.getState().devices.get('attic')).toMatchObject({ name: 'Loft', online: false })
    FakeSocket.last.say({ ...change, action: 'remove', data: null })
    expect(live.store.getState().devices.has('attic')).toBe(false)
  })

  test('a change does not bring back a presence that is over', async () => {
    await connected()
    FakeSocket.last.say({ type: 'presence', device: 'kitchen', online: false, last_seen: START_MS + 5 })
    const data = deviceJson({ name: 'Galley' })
    const change = { type: 'change', model: 'device', action: 'update', id: 'kitchen', data, origin: null }
    FakeSocket.last.say(change)
    expect(live.store.getState().devices.get('kitchen')).toMatchObject({ name: 'Galley', online: false })
  })

  test('an answer of the API does not bring back a presence that is over', async () => {
    await connected()
    FakeSocket.last.say({ type: 'presence', device: 'kitchen', online: false, last_seen: START_MS + 5 })
    live.applyDevice(parseDeviceState(deviceJson({ name: 'Galley', online: true })))
    expect(live.store.getState().devices.get('kitchen')).toMatchObject({ name: 'Galley', online: false })
  })

  test('presence is noted', async () => {
    await connected()
    FakeSocket.last.say({ type: 'presence', device: 'kitchen', online: false, last_seen: START_MS + 5 })
    expect(live.store.getState().devices.get('kitchen')).toMatchObject({
      online: false,
      lastSeenMs: START_MS + 5,
    })
  })

  test('an unknown device makes the list be asked once, not for each frame', async () => {
    await connected()
    FakeSocket.last.say(readingsJson('shed', [[START_MS, 1]]))
    FakeSocket.last.say(readingsJson('shed', [[START_MS + 1, 2]]))
    await settled()
    expect(listDevices).toHaveBeenCalledTimes(1)
    expect(live.readings.latest('shed').get('temperature')?.value).toBe(2)
  })

  test('a metric seen for the first time is listed, and described when its change comes', async () => {
    await connected()
    const series = [{ device: 'kitchen', time: [START_MS], values: { co2: [600] } }]
    FakeSocket.last.say({ type: 'readings', sequence: 3, series })
    expect(live.store.getState().devices.get('kitchen')?.metrics).toContain('co2')
    expect(live.store.getState().metrics.get('co2')).toMatchObject({ label: 'co2', unit: '' })
    const data = metricJson({ label: 'Carbon dioxide', unit: 'ppm' })
    FakeSocket.last.say({ type: 'change', model: 'metric', action: 'update', id: 'co2', data, origin: null })
    expect(live.store.getState().metrics.get('co2')).toMatchObject({ label: 'Carbon dioxide', unit: 'ppm' })
  })

  test('a device deleted while we were away is gone with its readings', async () => {
    await connected()
    say(1)
    FakeSocket.last.drop(1006)
    await vi.advanceTimersByTimeAsync(1_000)
    FakeSocket.last.open()
    FakeSocket.last.say(welcomeJson([]))
    expect(live.store.getState().devices.size).toBe(0)
    expect(live.readings.view('kitchen')).toBeUndefined()
  })

  test('a message of a newer server is told and passed over', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    await connected()
    FakeSocket.last.say({ type: 'weather' })
    say(1)
    expect(warn).toHaveBeenCalledOnce()
    expect(seconds()).toEqual([1])
  })

  test('a server that cannot answer now is asked again after the wait it names', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    begin({ random: () => 0.5 })
    FakeSocket.last.open()
    FakeSocket.last.say({
      type: 'error',
      code: 'storage_unavailable',
      detail: 'The database did not answer.',
      retry_ms: 1_000,
    })
    await vi.advanceTimersByTimeAsync(2_499)
    expect(FakeSocket.last.sent).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(FakeSocket.last.sent).toHaveLength(2)
    FakeSocket.last.say(welcomeJson())
    expect(live.store.getState().connection.state).toBe('live')
  })

  test('a session or a right that ended is no error, anything else the server refuses is', async () => {
    const error = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    await connected()
    FakeSocket.last.say({ type: 'error', code: 'unauthorized', detail: 'Sign in first.' })
    FakeSocket.last.say({ type: 'error', code: 'permission_denied', detail: 'Ask for a role.' })
    expect(error).not.toHaveBeenCalled()
    FakeSocket.last.say({ type: 'error', code: 'invalid_message', detail: 'Not JSON.' })
    expect(error).toHaveBeenCalledWith('Sense Live: invalid_message: Not JSON.')
  })

  test('what is older than the window is let go, and fetched again when the window widens', async () => {
    await connected()
    store(1)
    say(1)
    for (let minute = 0; minute < 10; minute++) {
      await vi.advanceTimersByTimeAsync(60_000 / 2)
      FakeSocket.last.say({ type: 'ping', time: Date.now() })
      await vi.advanceTimersByTimeAsync(60_000 / 2)
      FakeSocket.last.say({ type: 'ping', time: Date.now() })
    }
    expect(seconds()).toEqual([])
    live.viewport.setSpan(900_000)
    await settled()
    expect(seconds()).toEqual([1])
  })

  test('the server clock rules, however wrong ours is', () => {
    begin()
    FakeSocket.last.open()
    FakeSocket.last.say(welcomeJson([deviceJson()], { time: START_MS + 3_600_000 }))
    expect(live.stretch().toMs).toBe(START_MS + 3_600_000)
  })
})

test('a device that is gone is not asked for any more, even before the page has taken it off the charts', async () => {
  await connected()
  const asked = history.asked.length
  const gone = { type: 'change', model: 'device', action: 'remove', id: 'kitchen', data: null, origin: null }
  FakeSocket.last.say(gone)
  live.measure(['temperature'])
  await settled()
  expect(history.asked).toHaveLength(asked)
})
