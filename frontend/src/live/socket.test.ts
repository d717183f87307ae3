import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { FakeSocket } from '../testing/fake-socket'
import type { Connection } from './connection'
import { LiveSocket, type SocketOptions } from './socket'

let connections: Connection[]
let frames: string[]
let socket: LiveSocket

function begin(over: Partial<SocketOptions> = {}): LiveSocket {
  socket = new LiveSocket({
    url: 'ws://test/ws/live/',
    onOpen: (send) => send('hello'),
    onFrame: (frame) => frames.push(frame),
    onConnection: (connection) => connections.push(connection),
    isSignedOut: () => Promise.resolve(false),
    random: () => 1,
    ...over,
  })
  socket.start()
  return socket
}

const state = () => connections.at(-1)?.state

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('WebSocket', FakeSocket)
  FakeSocket.opened = []
  connections = []
  frames = []
})

afterEach(() => {
  socket.stop()
  vi.useRealTimers()
})

describe('the live socket', () => {
  test('connects, subscribes and is live once the server answered', () => {
    begin()
    expect(state()).toBe('connecting')
    FakeSocket.last.open()
    expect(FakeSocket.last.sent).toEqual(['hello'])
    socket.confirm()
    expect(state()).toBe('live')
  })

  test('takes silence for a dead line', () => {
    begin()
    FakeSocket.last.open()
    socket.confirm()
    vi.advanceTimersByTime(40_000)
    FakeSocket.last.say({ type: 'ping' })
    vi.advanceTimersByTime(44_000)
    expect(state()).toBe('live')
    vi.advanceTimersByTime(1_500)
    expect(FakeSocket.last.closed).toBe(true)
    expect(state()).toBe('waiting')
  })

  test('waits twice as long after each failure, up to half a minute', () => {
    begin()
    const waits: number[] = []
    for (let attempt = 0; attempt < 8; attempt++) {
      FakeSocket.last.drop(1006)
      const connection = connections.at(-1)
      if (connection?.state !== 'waiting') throw new Error('does not wait')
      waits.push(connection.retryAtMs - Date.now())
      vi.advanceTimersByTime(connection.retryAtMs - Date.now())
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000])
    expect(FakeSocket.opened).toHaveLength(9)
  })

  test('has patience anew after a good connection', () => {
    begin()
    FakeSocket.last.drop(1006)
    vi.advanceTimersByTime(1_000)
    FakeSocket.last.open()
    socket.confirm()
    FakeSocket.last.drop(1006)
    expect(connections.at(-1)).toEqual({ state: 'waiting', retryAtMs: Date.now() + 1_000 })
  })

  test.each([1001, 1012])('comes back within three seconds when the server goes away with %i', (code) => {
    begin({ random: () => 0.5 })
    FakeSocket.last.open()
    socket.confirm()
    FakeSocket.last.drop(code)
    expect(connections.at(-1)).toEqual({ state: 'waiting', retryAtMs: Date.now() + 1_500 })
  })

  test('gives up a handshake that never ends', () => {
    begin()
    vi.advanceTimersByTime(16_000)
    expect(FakeSocket.opened[0]?.closed).toBe(true)
    expect(FakeSocket.opened.length + Number(state() === 'waiting')).toBeGreaterThan(1)
  })

  test('is signed out when the server says so, and asks for the session first, once', async () => {
    const isSignedOut = vi.fn(() => Promise.resolve(true))
    begin({ isSignedOut })
    FakeSocket.last.open()
    FakeSocket.last.drop(4401)
    await vi.advanceTimersByTimeAsync(120_000)
    expect(state()).toBe('signed-out')
    expect(isSignedOut).toHaveBeenCalledTimes(1)
    expect(FakeSocket.opened).toHaveLength(1)
  })

  test('goes on with the session that took the place of the one that ended', async () => {
    const isSignedOut = vi.fn(() => Promise.resolve(false))
    begin({ isSignedOut })
    FakeSocket.last.open()
    FakeSocket.last.drop(4401)
    expect(FakeSocket.opened).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(isSignedOut).toHaveBeenCalledTimes(1)
    expect(FakeSocket.opened).toHaveLength(2)
  })

  test('does not come back where there is nothing to see, until it is asked to', async () => {
    const isSignedOut = vi.fn(() => Promise.resolve(false))
    begin({ isSignedOut })
    FakeSocket.last.open()
    FakeSocket.last.drop(4403)
    await vi.advanceTimersByTimeAsync(120_000)
    expect(state()).toBe('forbidden')
    expect(isSignedOut).toHaveBeenCalledTimes(1)
    expect(FakeSocket.opened).toHaveLength(1)
    socket.start()
    expect(FakeSocket.opened).toHaveLength(2)
  })

  test('asks for the session when the handshake is refused', async () => {
    begin({ isSignedOut: () => Promise.resolve(true) })
    FakeSocket.last.drop(1006)
    await vi.advanceTimersByTimeAsync(0)
    expect(state()).toBe('signed-out')
  })

  test('goes on trying when the session cannot be asked', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    begin({ isSignedOut: () => Promise.reject(new Error('away')) })
    FakeSocket.last.drop(1006)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(FakeSocket.opened).toHaveLength(2)
  })

  test('comes back at once with the network', () => {
    begin()
    FakeSocket.last.open()
    socket.confirm()
    window.dispatchEvent(new Event('offline'))
    expect(state()).toBe('offline')
    vi.advanceTimersByTime(60_000)
    expect(FakeSocket.opened).toHaveLength(1)
    window.dispatchEvent(new Event('online'))
    expect(FakeSocket.opened).toHaveLength(2)
  })

  test('comes back at once when the tab is seen again', () => {
    begin()
    FakeSocket.last.drop(1006)
    document.dispatchEvent(new Event('visibilitychange'))
    expect(FakeSocket.opened).toHaveLength(2)
  })

  test('hears nothing more from a socket it left', () => {
    begin()
    const first = FakeSocket.last
    first.open()
    first.drop(1006)
    vi.advanceTimersByTime(1_000)
    first.say({ type: 'ping' })
    expect(frames).toEqual([])
  })

  test('is quiet after stop, whatever the browser says', () => {
    begin()
    socket.stop()
    window.dispatchEvent(new Event('online'))
    document.dispatchEvent(new Event('visibilitychange'))
    vi.advanceTimersByTime(120_000)
    expect(FakeSocket.opened).toHaveLength(1)
    expect(state()).toBe('stopped')
  })
})
