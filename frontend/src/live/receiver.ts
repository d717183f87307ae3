// What comes over the socket: messages change the state, and what concerns the readings is handed on.
import type { StoreApi } from 'zustand/vanilla'
import { subscribe } from '../protocol/client-message'
import type { DeviceState, Latest } from '../protocol/device'
import {
  parseServerMessage,
  type AnnotationChange,
  type Change,
  type ServerError,
  type ServerMessage,
  type Welcome,
} from '../protocol/server-message'
import type { Series } from '../protocol/series'
import { ProtocolError } from '../protocol/shape'
import type { Connection } from './connection'
import type { ServerClock } from './server-clock'
import { LiveSocket } from './socket'
import * as step from './state'
import { UnknownDevices } from './unknown-devices'

// After a hole on the bus all pages ask again: not in the same moment.
const SPREAD_MS = 3_000

export type ReceiverOptions = {
  readonly url: string
  readonly listDevices: () => Promise<readonly DeviceState[]>
  readonly isSignedOut: () => Promise<boolean>
  readonly random?: () => number
}

/** Who keeps the readings. */
export type Keeper = {
  readonly lost: () => void
  readonly back: () => void
  readonly missed: () => void
  readonly readings: (series: Series) => void
  readonly latest: (device: string, latest: Latest) => void
  readonly gone: (device: string) => void
  readonly annotation: (change: AnnotationChange) => void
}

export class Receiver {
  private readonly store: StoreApi<step.LiveState>
  private readonly clock: ServerClock
  private readonly keeper: Keeper
  private readonly socket: LiveSocket
  private readonly unknown: UnknownDevices
  private readonly random: () => number
  private hasMissed = false
  private askAgain: ReturnType<typeof setTimeout> | undefined

  constructor(options: ReceiverOptions, store: StoreApi<step.LiveState>, clock: ServerClock, keeper: Keeper) {
    this.store = store
    this.clock = clock
    this.keeper = keeper
    this.random = options.random ?? Math.random
    this.unknown = new UnknownDevices(options.listDevices, (devices) =>
      store.setState((state) => step.listed(state, devices)),
    )
    this.socket = new LiveSocket({
      url: options.url,
      onOpen: (send) => send(subscribe('all')),
      onFrame: (frame) => this.onFrame(frame),
      onConnection: (connection) => this.onConnection(connection),
      isSignedOut: options.isSignedOut,
      ...(options.random && { random: options.random }),
    })
  }

  start(): void {
    this.socket.start()
  }

  stop(): void {
    clearTimeout(this.askAgain)
    this.socket.stop()
  }

  reconnect(): void {
    this.socket.reconnect()
  }

  private onConnection(connection: Connection): void {
    const before = this.store.getState().connection
    if (connection.state !== 'live') {
      clearTimeout(this.askAgain)
      this.askAgain = undefined
    }
    if (before.state === 'live' && connection.state !== 'live') {
      this.hasMissed = true
      this.keeper.lost()
    }
    this.store.setState({ connection })
  }

  private onFrame(frame: string): void {
    let message: ServerMessage
    try {
      message = parseServerMessage(frame)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      // A newer server may say more than this page understands: tell, and go on with the rest.
      console.warn('Sense Live: a message was not understood.', error)
      return
    }
    this.onMessage(message)
  }

  private onMessage(message: ServerMessage): void {
    switch (message.type) {
      case 'welcome':
        return this.onWelcome(message)
      case 'readings':
        return message.series.forEach((series) => {
          this.meet(series.device)
          this.keeper.readings(series)
        })
      case 'gap':
        return this.onGap()
      case 'interrupted':
        return this.store.setState({ interruptedSinceMs: message.sinceMs })
      case 'resumed':
        return this.store.setState({ interruptedSinceMs: null })
      case 'presence':
        this.store.setState((state) => step.present(state, message))
        return this.meet(message.device)
      case 'event':
        return this.store.setState((state) => step.happened(state, message))
      case 'change':
        return this.onChange(message)
      case 'ping':
        return this.clock.observe(message.timeMs)
      case 'error':
        return this.onError(message)
    }
  }

  private onChange(change: Change): void {
    if (change.model === 'annotation') return this.keeper.annotation(change)
    this.store.setState((state) => step.changed(state, change))
    if (change.model === 'device' && !change.data) this.keeper.gone(change.id)
  }

  /** Not only readings were missed: who came and went, and what was changed, comes with another welcome. */
  private onGap(): void {
    this.hasMissed = true
    this.subscribeAgain(0)
  }

  private onError(error: ServerError): void {
    logError(error)
    // Only subscriptions are ever sent: it was one that could not be answered now.
    if (error.retryMs !== null) this.subscribeAgain(error.retryMs)
  }

  private subscribeAgain(waitMs: number): void {
    this.askAgain ??= setTimeout(
      () => {
        this.askAgain = undefined
        this.socket.send(subscribe('all'))
      },
      waitMs + this.random() * SPREAD_MS,
    )
  }

  private onWelcome(welcome: Welcome): void {
    this.clock.observe(welcome.timeMs)
    const present = new Set(welcome.devices.map(({ id }) => id))
    const gone = [...this.store.getState().devices.keys()].filter((id) => !present.has(id))
    gone.forEach((id) => this.keeper.gone(id))
    this.store.setState(step.welcomed(welcome))
    for (const { id, latest } of welcome.devices) if (latest) this.keeper.latest(id, latest)
    this.socket.confirm()
    if (this.hasMissed) this.keeper.missed()
    this.hasMissed = false
    this.keeper.back()
  }

  private meet(device: string): void {
    if (!this.store.getState().devices.has(device)) this.unknown.met()
  }
}

function logError({ code, detail, retryMs }: ServerError): void {
  // A session that ended is no fault: the sign-in screen follows.
  if (code === 'unauthorized') return
  const text = `Sense Live: ${code}: ${detail}`
  if (retryMs === null) console.error(text)
  else console.warn(text)
}
