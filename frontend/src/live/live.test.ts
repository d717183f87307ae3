import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { parseDeviceState } from '../protocol/device'
import { annotation, annotationChangeJson } from '../testing/annotations'
import { FakeHistory } from '../testing/fake-history'
import { FakeSocket } from '../testing/fake-socket'
import { deviceJson, metricJson, readingsJson, START_MS, welcomeJson } from '../testing/messages'
import { NO_NOTIFICATIONS } from '../testing/notifications'
import { Live, type LiveOptions } from './live'

let live: Live
let history: FakeHistory
const fetchAnnotations = vi.fn<LiveOptions['fetchAnnotations']>()
const listDevices = vi.fn<LiveOptions['listDevices']>()

function begin(over: Partial<LiveOptions> = {}): void {
  live = new Live({
    url: 'ws://test/ws/live/',
    fetchHistory: history.fetch,
    fetchPageHistory: history.fetchPage,
    fetchAnnotations,
    notifications: NO_NOTIFICATIONS,
    listDevices,
    isSignedOut: () => Promise.resolve(false),
    random: () => 1,
    ...over,
  })
  live.chart(['kitchen'])
  live.start()
}

const settled = () => vi.advanceTimersByTimeAsync(0)

async function connected(over: Partial<LiveOptions> = {}): Promise<void> {
  begin(over)
  FakeSocket.last.open()
  FakeSocket.last.say(welcomeJson())
  await settled()
}

/** What the buffer holds: [milliseconds since the start, value]. */
function held(): [number, number][] {
  const view = live.readings.view('kitchen')
  const values = view?.column('temperature') ?? []
  return Array.from(values, (value, row) => [(view?.times[row] ?? 0) - START_MS, value])
}

function store(...secondsSinceStart: number[]): void {
  for (const seconds of secondsSinceStart) {
    history.stored.push({ timeMs: START_MS + seconds * 1000, value: seconds })
  }
}

function say(...secondsSinceStart: number[]): void {
  const rows = secondsSinceStart.map((seconds): [number, number] => [START_MS + seconds * 1000, seconds])
  FakeSocket.last.say(readingsJson('kitchen', rows))
}

function gap(): void {
  FakeSocket.last.say({ type: 'gap', start: START_MS + 2_000, end: START_MS + 4_000 })
}

/** The page asks again in its own time, and is welcomed again. */
async function answerAgain(welcome: object = welcomeJson()): Promise<void> {
  await vi.advanceTimersByTimeAsync(3_000)
  FakeSocket.last.say(welcome)
  await settled()
}

const seconds = () => held().map(([timeMs]) => timeMs / 1000)

beforeEach(() => {
  vi.useFakeTimers({ now: START_MS })
  vi.stubGlobal('WebSocket', FakeSocket)
  FakeSocket.opened = []
  history = new FakeHistory()
  listDevices.mockReset().mockResolvedValue([])
  fetchAnnotations.mockReset().mockResolvedValue({ annotations: [], complete: true })
})

afterEach(() => {
  live.stop()
  vi.useRealTimers()
})

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
    live.setSpan(900_000)
    expect(history.asked).toHaveLength(2)
    expect(history.asked[1]).toMatchObject({ startMs: START_MS - 900_000, endMs: START_MS - 300_000 })
    live.setSpan(60_000)
    await settled()
    live.setSpan(900_000)
    expect(history.asked).toHaveLength(2)
  })
})

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
    live.setSpan(900_000)
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

describe('annotations', () => {
  const texts = () => live.annotations.store.getState().all.map(({ text }) => text)

  test('are read for the window after the welcome, and come live from then on', async () => {
    fetchAnnotations.mockResolvedValue({ annotations: [annotation()], complete: true })
    await connected()
    expect(texts()).toEqual(['Window open'])
    FakeSocket.last.say(annotationChangeJson('update', { text: 'Window shut' }))
    expect(texts()).toEqual(['Window shut'])
    FakeSocket.last.say(annotationChangeJson('remove'))
    expect(texts()).toEqual([])
    expect(fetchAnnotations).toHaveBeenCalledTimes(1)
  })

  test('are read anew after a gap', async () => {
    await connected()
    gap()
    fetchAnnotations.mockResolvedValue({ annotations: [annotation()], complete: true })
    await answerAgain()
    expect(texts()).toEqual(['Window open'])
  })

  test('go with their device', async () => {
    const ofAll = annotation({ id: 'all', device: null, text: 'Power away' })
    fetchAnnotations.mockResolvedValue({ annotations: [annotation(), ofAll], complete: true })
    await connected()
    FakeSocket.last.say({
      type: 'change',
      model: 'device',
      action: 'remove',
      id: 'kitchen',
      data: null,
      origin: null,
    })
    expect(texts()).toEqual(['Power away'])
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
