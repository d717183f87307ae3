// One page's live part for tests, with a server's history and a socket whose other end is the test. The clock is the test's.
import { vi } from 'vitest'
import { Live, type LiveOptions } from '../live/live'
import { FakeHistory } from './fake-history'
import { FakeSocket } from './fake-socket'
import { readingsJson, START_MS, welcomeJson } from './messages'
import { NO_NOTIFICATIONS } from './notifications'

/** Of the test that runs. */
export let live: Live
export let history: FakeHistory
export const fetchAnnotations = vi.fn<LiveOptions['fetchAnnotations']>()
export const listDevices = vi.fn<LiveOptions['listDevices']>()

/** Before each test. */
export function setUp(): void {
  vi.useFakeTimers({ now: START_MS })
  vi.stubGlobal('WebSocket', FakeSocket)
  FakeSocket.opened = []
  history = new FakeHistory()
  listDevices.mockReset().mockResolvedValue([])
  fetchAnnotations.mockReset().mockResolvedValue({ annotations: [], complete: true })
}

/** After each test. */
export function tearDown(): void {
  live.stop()
  vi.useRealTimers()
}

export function begin(over: Partial<LiveOptions> = {}): void {
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

export const settled = () => vi.advanceTimersByTimeAsync(0)

export async function connected(over: Partial<LiveOptions> = {}): Promise<void> {
  begin(over)
  FakeSocket.last.open()
  FakeSocket.last.say(welcomeJson())
  await settled()
}

/** What the buffer holds: [milliseconds since the start, value]. */
export function held(): [number, number][] {
  const view = live.readings.view('kitchen')
  const values = view?.column('temperature') ?? []
  return Array.from(values, (value, row) => [(view?.times[row] ?? 0) - START_MS, value])
}

export function store(...secondsSinceStart: number[]): void {
  for (const seconds of secondsSinceStart) {
    history.stored.push({ timeMs: START_MS + seconds * 1000, value: seconds })
  }
}

export function say(...secondsSinceStart: number[]): void {
  const rows = secondsSinceStart.map((seconds): [number, number] => [START_MS + seconds * 1000, seconds])
  FakeSocket.last.say(readingsJson('kitchen', rows))
}

export function gap(): void {
  FakeSocket.last.say({ type: 'gap', start: START_MS + 2_000, end: START_MS + 4_000 })
}

/** The page asks again in its own time, and is welcomed again. */
export async function answerAgain(welcome: object = welcomeJson()): Promise<void> {
  await vi.advanceTimersByTimeAsync(3_000)
  FakeSocket.last.say(welcome)
  await settled()
}

export const seconds = () => held().map(([timeMs]) => timeMs / 1000)
