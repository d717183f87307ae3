import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Annotation } from '../protocol/annotation'
import { annotation, annotationChangeJson } from '../testing/annotations'
import { FakeHistory } from '../testing/fake-history'
import { FakeSocket } from '../testing/fake-socket'
import { deviceJson, readingsJson, START_MS, welcomeJson } from '../testing/messages'
import { NO_NOTIFICATIONS, notificationMessage } from '../testing/notifications'
import { Live } from './live'

const CELLAR = deviceJson({ id: 'cellar', name: 'Cellar' })
const OWN = '9f3c1a2b7d4e4f60'

let live: Live
let history: FakeHistory
let notes: Annotation[]
const fetchAnnotations = vi.fn(() => Promise.resolve({ annotations: notes, complete: true }))
const listDevices = vi.fn(() => Promise.resolve([]))
const isSignedOut = vi.fn(() => Promise.resolve(false))

const say = (message: object) => FakeSocket.last.say(message)
const settled = () => vi.advanceTimersByTimeAsync(0)
const names = () => [...live.store.getState().devices.values()].map(({ name }) => name)
const requests = () =>
  history.asked.length +
  history.askedPages.length +
  fetchAnnotations.mock.calls.length +
  listDevices.mock.calls.length +
  isSignedOut.mock.calls.length

function change(over: object = {}) {
  return { model: 'device', action: 'update', id: 'kitchen', data: deviceJson(), origin: null, ...over }
}

const remove = (id: string) => change({ action: 'remove', id, data: null })

async function connected(devices = [deviceJson(), CELLAR]): Promise<void> {
  live = new Live({
    url: 'ws://test/ws/live/',
    fetchHistory: history.fetch,
    fetchPageHistory: history.fetchPage,
    fetchAnnotations,
    notifications: NO_NOTIFICATIONS,
    listDevices,
    isSignedOut,
    random: () => 1,
  })
  // As the page does it: what is known is on the charts.
  live.store.subscribe(({ devices }, before) => {
    if (devices !== before.devices) live.chart([...devices.keys()])
  })
  live.start()
  FakeSocket.last.open()
  say(welcomeJson(devices))
  await settled()
}

beforeEach(() => {
  vi.useFakeTimers({ now: START_MS })
  vi.stubGlobal('WebSocket', FakeSocket)
  FakeSocket.opened = []
  history = new FakeHistory()
  notes = []
  for (const mock of [fetchAnnotations, listDevices, isSignedOut]) mock.mockClear()
})

afterEach(() => {
  live.stop()
  vi.useRealTimers()
})

describe('a change', () => {
  test('costs no request, whatever it is of', async () => {
    await connected()
    const before = requests()
    say({ type: 'change', ...change({ data: deviceJson({ name: 'Galley' }) }) })
    say(annotationChangeJson('add'))
    for (const model of ['person', 'group', 'webhook', 'sharelink', 'something-new'])
      say({ type: 'change', ...change({ model, id: '7', data: { id: '7' } }) })
    for (let time = 0; time < 10; time++) say(welcomeJson([deviceJson({ name: 'Galley' }), CELLAR]))
    say(notificationMessage())
    await vi.advanceTimersByTimeAsync(10_000)
    expect(names()).toContain('Galley')
    expect(live.notifications.store.getState().unread).toBe(1)
    expect(requests()).toBe(before)
  })

  test('makes none of a hundred open dashboards ask for anything', async () => {
    const dashboards = []
    for (let at = 0; at < 100; at++) {
      await connected()
      dashboards.push(live)
    }
    const before = requests()
    const changes = Array.from({ length: 20 }, (_, at) =>
      change({ data: deviceJson({ name: `Name ${at}` }) }),
    )
    for (const socket of FakeSocket.opened) {
      for (const one of changes) socket.say({ type: 'change', ...one })
      socket.say({
        type: 'changes',
        changes: [remove('cellar'), change({ data: deviceJson({ name: 'Galley' }) })],
      })
      socket.say(annotationChangeJson('add'))
    }
    await vi.advanceTimersByTimeAsync(15_000)
    for (const one of dashboards) {
      expect([...one.store.getState().devices.values()].map(({ name }) => name)).toEqual(['Galley'])
    }
    expect(requests()).toBe(before)
    for (const one of dashboards) one.stop()
  })

  test('of many things at once makes one new state', async () => {
    const many = Array.from({ length: 50 }, (_, at) => deviceJson({ id: `d${at}`, name: `Board ${at}` }))
    await connected(many)
    const states = vi.fn()
    live.store.subscribe(states)
    const changes = many.map(({ id }) => change({ id, data: deviceJson({ id, name: `New ${id}` }) }))
    say({ type: 'changes', changes })
    expect(names().every((name) => name.startsWith('New d'))).toBe(true)
    expect(states).toHaveBeenCalledTimes(1)
  })

  test('that takes a device and brings it back in one go forgets its past and reads it anew', async () => {
    history.stored.push({ timeMs: START_MS - 1_000, value: 7 })
    await connected()
    say(readingsJson('kitchen', [[START_MS - 5_000, 1]]))
    say({ type: 'changes', changes: [remove('kitchen'), change({ action: 'add' })] })
    await settled()
    expect(live.readings.view('kitchen')?.column('temperature')).toEqual(Float64Array.of(7))
  })

  test('reaches those who asked for its model, and knows whether this page made it', async () => {
    await connected()
    const heard = vi.fn()
    const end = live.onChange('person', heard)
    const person = { model: 'person', id: '7', data: { username: 'ada' } }
    say({ type: 'changes', changes: [change(person), change({ model: 'webhook' })] })
    say({ type: 'change', ...change({ ...person, action: 'remove', data: null, origin: OWN }) })
    end()
    say({ type: 'change', ...change(person) })
    expect(heard.mock.calls).toMatchObject([
      [{ name: 'person', id: '7', data: { username: 'ada' } }, false],
      [{ name: 'person', action: 'remove', data: null }, true],
    ])
    expect(heard).toHaveBeenCalledTimes(2)
  })
})

describe('rights that change', () => {
  test('take devices with all that was held of them, and ask for nothing', async () => {
    notes = [annotation(), annotation({ id: 'other', device: 'cellar', text: 'Wine' })]
    await connected()
    say(readingsJson('cellar', [[START_MS, 11]]))
    const before = requests()
    say(welcomeJson([deviceJson()]))
    await vi.advanceTimersByTimeAsync(10_000)
    expect(names()).toEqual(['Kitchen'])
    expect(live.readings.view('cellar')).toBeUndefined()
    expect(live.readings.latest('cellar').size).toBe(0)
    expect(live.annotations.store.getState().all.map(({ text }) => text)).toEqual(['Window open'])
    expect(requests()).toBe(before)
  })

  test('bring devices, of which alone the window is read, and what was noted of them', async () => {
    await connected([deviceJson()])
    history.asked.length = 0
    fetchAnnotations.mockClear()
    say(welcomeJson([deviceJson(), CELLAR]))
    await settled()
    expect(history.asked.map(({ device }) => device)).toEqual(['cellar'])
    expect(fetchAnnotations).toHaveBeenCalledTimes(1)
    expect(live.store.getState().connection.state).toBe('live')
  })

  test('bring a device by a change, too', async () => {
    await connected([deviceJson()])
    history.asked.length = 0
    fetchAnnotations.mockClear()
    say({ type: 'change', ...change({ action: 'add', id: 'cellar', data: CELLAR }) })
    await settled()
    expect(live.store.getState().devices.get('cellar')).toMatchObject({ online: true, groups: null })
    expect(live.latest('cellar').get('temperature')?.value).toBe(21.5)
    expect(history.asked.map(({ device }) => device)).toEqual(['cellar'])
    expect(fetchAnnotations).toHaveBeenCalledTimes(1)
  })

  test('are those of the newest welcome', async () => {
    await connected()
    say(
      welcomeJson([deviceJson()], {
        user: { username: 'maker', role: 'viewer', permissions: [] },
        unread: 3,
      }),
    )
    expect(live.store.getState().user).toEqual({ username: 'maker', role: 'viewer', permissions: [] })
    expect(live.notifications.store.getState().unread).toBe(3)
  })

  test('do not swallow what a gap has missed', async () => {
    await connected([deviceJson()])
    say({ type: 'gap', start: START_MS, end: START_MS + 1 })
    history.asked.length = 0
    say(welcomeJson([deviceJson()]))
    await settled()
    expect(history.asked).toHaveLength(0)
    await vi.advanceTimersByTimeAsync(3_000)
    say(welcomeJson([deviceJson()]))
    await settled()
    expect(history.asked).toHaveLength(1)
  })

  test('an answer that was under way when a device went is not kept, and is no failure', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    history.stored.push({ timeMs: START_MS - 1_000, value: 7 })
    history.held = true
    await connected([CELLAR])
    say({ type: 'change', ...remove('cellar') })
    history.failing = 1
    history.release()
    await settled()
    expect(live.readings.view('cellar')).toBeUndefined()
    expect(live.store.getState().history).toEqual({ loading: 0, failed: false })
  })

  test('to see nothing at all empty the page', async () => {
    await connected()
    say(readingsJson('cellar', [[START_MS, 11]]))
    const before = requests()
    FakeSocket.last.drop(4403)
    await vi.advanceTimersByTimeAsync(120_000)
    expect(live.store.getState()).toMatchObject({ connection: { state: 'forbidden' }, loaded: false })
    expect(names()).toEqual([])
    expect(live.readings.view('cellar')).toBeUndefined()
    expect(requests()).toBe(before + 1)
    expect(isSignedOut).toHaveBeenCalledTimes(1)
  })
})
