// The live WebSocket: connects, notices silence, and comes back with patience. Knows no message but that one came.
import { backoffMs } from './backoff'
import type { Connection } from './connection'

// The server pings every 20 s; two missed pings and some grace mean that the line is dead.
const SILENCE_MS = 45_000
const HANDSHAKE_MS = 15_000
const SPREAD_MS = 3_000
const SIGN_IN_AGAIN = 4401
const NOTHING_TO_SEE = 4403
const SERVER_GOING_AWAY = [1001, 1012]

export type SocketOptions = {
  readonly url: string
  readonly onOpen: (send: (frame: string) => void) => void
  readonly onFrame: (frame: string) => void
  readonly onConnection: (connection: Connection) => void
  /** Tells "signed out" from "server away" after a failed handshake, and after the server closed the line for good. */
  readonly isSignedOut: () => Promise<boolean>
  readonly random?: () => number
}

export class LiveSocket {
  private readonly options: SocketOptions
  private socket: WebSocket | null = null
  private timer: ReturnType<typeof setTimeout> | undefined
  private attempt = 0
  private lastHeardMs = 0
  private connection: Connection = { state: 'stopped' }

  constructor(options: SocketOptions) {
    this.options = options
  }

  start(): void {
    if (!this.isOver()) return
    window.addEventListener('online', this.onReachable)
    window.addEventListener('offline', this.onUnreachable)
    document.addEventListener('visibilitychange', this.onVisible)
    this.attempt = 0
    this.connect()
  }

  stop(): void {
    this.leave({ state: 'stopped' })
  }

  /** The server answered our subscription: the connection is good, and the patience starts anew. */
  confirm(): void {
    this.attempt = 0
    this.tell({ state: 'live' })
  }

  reconnect(): void {
    if (!this.isOver()) this.connect()
  }

  /** For a line that is open; on any other the first words are said anew anyway. */
  send(frame: string): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(frame)
  }

  private connect(): void {
    this.drop()
    this.tell({ state: 'connecting' })
    const socket = new WebSocket(this.options.url)
    this.socket = socket
    let opened = false
    socket.addEventListener('open', () => {
      if (socket !== this.socket) return
      opened = true
      this.heard()
      this.options.onOpen((frame) => socket.send(frame))
    })
    socket.addEventListener('message', (message: MessageEvent) => {
      if (socket !== this.socket) return
      this.heard()
      this.options.onFrame(String(message.data))
    })
    socket.addEventListener('close', (event) => {
      if (socket === this.socket) this.onClose(event.code, opened)
    })
    this.timer = setTimeout(() => this.reconnectLater(), HANDSHAKE_MS)
  }

  private heard(): void {
    this.lastHeardMs = Date.now()
    clearTimeout(this.timer)
    this.timer = setTimeout(this.onSilence, SILENCE_MS)
  }

  private readonly onSilence = () => this.reconnectLater()

  private onClose(code: number, opened: boolean): void {
    if (code === SIGN_IN_AGAIN) return this.askFirst()
    if (code === NOTHING_TO_SEE) {
      this.leave({ state: 'forbidden' })
      return this.askWhy()
    }
    if (SERVER_GOING_AWAY.includes(code)) return this.wait(Math.round(this.random() * SPREAD_MS))
    this.reconnectLater()
    if (!opened) this.askWhy()
  }

  /** Who signed in anew meanwhile, or changed the password, goes on; nobody else is to try again. */
  private askFirst(): void {
    this.drop()
    this.tell({ state: 'connecting' })
    const asked = this.connection
    this.options.isSignedOut().then(
      (signedOut) => {
        if (this.connection !== asked) return
        if (signedOut) this.leave({ state: 'signed-out' })
        else this.reconnectLater()
      },
      (error: unknown) => {
        warnOfSilence(error)
        if (this.connection === asked) this.reconnectLater()
      },
    )
  }

  private askWhy(): void {
    this.options.isSignedOut().then((signedOut) => {
      const { state } = this.connection
      if (signedOut && (state === 'waiting' || state === 'forbidden')) this.leave({ state: 'signed-out' })
    }, warnOfSilence)
  }

  private isOver(): boolean {
    return ['stopped', 'signed-out', 'forbidden'].includes(this.connection.state)
  }

  private reconnectLater(): void {
    this.wait(backoffMs(this.attempt++, { random: () => this.random() }))
  }

  private wait(delayMs: number): void {
    this.drop()
    if (!navigator.onLine) return this.tell({ state: 'offline' })
    this.tell({ state: 'waiting', retryAtMs: Date.now() + delayMs })
    this.timer = setTimeout(() => this.connect(), delayMs)
  }

  private readonly onReachable = () => {
    if (this.connection.state !== 'live') this.connect()
  }

  private readonly onUnreachable = () => {
    this.drop()
    this.tell({ state: 'offline' })
  }

  // A tab that slept had no timers: whatever they were to notice is noticed here.
  private readonly onVisible = () => {
    if (document.hidden) return
    const silent = Date.now() - this.lastHeardMs > SILENCE_MS
    if (this.connection.state === 'waiting' || (this.connection.state === 'live' && silent)) this.connect()
  }

  private leave(connection: Connection): void {
    window.removeEventListener('online', this.onReachable)
    window.removeEventListener('offline', this.onUnreachable)
    document.removeEventListener('visibilitychange', this.onVisible)
    this.drop()
    this.tell(connection)
  }

  private drop(): void {
    clearTimeout(this.timer)
    const socket = this.socket
    this.socket = null
    socket?.close()
  }

  private tell(connection: Connection): void {
    this.connection = connection
    this.options.onConnection(connection)
  }

  private random(): number {
    return (this.options.random ?? Math.random)()
  }
}

function warnOfSilence(error: unknown): void {
  console.warn('Sense Live: the server cannot be asked for the session now.', error)
}
