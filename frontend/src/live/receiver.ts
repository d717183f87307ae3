// What comes over the socket: messages change the state, and what concerns the readings is handed on.
import type { StoreApi } from 'zustand/vanilla'
import type { AnnotationChange, Change } from '../protocol/change'
import { subscribe } from '../protocol/client-message'
import type { DeviceState, Latest } from '../protocol/device'
import {
  parseServerMessage,
  type NotificationMessage,
  type ServerError,
  type ServerMessage,
  type Welcome,
} from '../protocol/server-message'
import type { Series } from '../protocol/series'
import { ProtocolError } from '../protocol/shape'
import type { ChangeListeners } from './change-listeners'
import type { Connection } from './connection'
import type { Notifications } from './notifications'
import type { ServerClock } from './server-clock'
import { LiveSocket } from './socket'
import * as step from './state'
import { UnknownDevices } from './unknown-devices'

// After a hole on the bus all pages ask again: not in the same moment.
const SPREAD_MS = 3_000
const NEW_MS = 60_000

export type ReceiverOptions = {
  readonly url: string
  readonly listDevices: () => Promise<readonly DeviceState[]>
  readonly isSignedOut: () => Promise<boolean>
  /** Said before all else, by who comes without a session. */
  readonly greeting?: string
  readonly random?: () => number
}

/** Who keeps the readings. */
export type Keeper = {
  readonly lost: () => void
  readonly back: () => void
  readonly missed: () => void
  readonly readings: (series: Series) => void
  readonly known: (device: string, latest: Latest | null) => void
  readonly gone: (device: string) => void
  /** Devices that were there before may be seen from now on. */
  readonly come: () => void
  readonly annotations: (changes: readonly AnnotationChange[]) => void
  readonly notifications: Notifications
  readonly listeners: ChangeListeners
}

export class Receiver {
  private readonly store: StoreApi<step.LiveState>
  private readonly clock: ServerClock
  private readonly keeper: Keeper
  private readonly socket: LiveSocket
  private readonly unknown: UnknownDevices
  private readonly random: () => number
  private hasMissed = false
  /** Whether a welcome was asked for; one that comes unasked says that our rights have changed. */
  private isAsked = false
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
      onOpen: (send) => {
        if (options.greeting) send(options.greeting)
        this.ask(send)
      },
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

  private ask(send: (frame: string) => void): void {
    this.isAsked = true
    send(subscribe('all'))
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
    if (connection.state === 'forbidden') this.forgetAll()
  }

  /** What may not be seen any more is not kept either. */
  private forgetAll(): void {
    const ids = [...this.store.getState().devices.keys()]
    this.store.setState({ loaded: false, user: null, devices: new Map(), events: new Map() })
    ids.forEach((id) => this.keeper.gone(id))
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
        return this.onChanges([message.change])
      case 'changes':
        return this.onChanges(message.changes)
      case 'notification':
        return this.onNotification(message)
      case 'notifications_read':
        return this.keeper.notifications.count(message.unread)
      case 'ping':
        return this.clock.observe(message.timeMs)
      case 'error':
        return this.onError(message)
    }
  }

  private onChanges(changes: readonly Change[]): void {
    const known = this.store.getState().devices
    this.store.setState((state) => step.changed(state, changes))
    const annotations = changes.filter((change) => change.model === 'annotation')
    if (annotations.length) this.keeper.annotations(annotations)
    for (const change of changes) {
      if (change.model === 'device') this.onDevice(change.id, change.data)
      if (change.model === 'other') this.keeper.listeners.tell(change, this.isOwn(change.origin))
    }
    // A device that is new altogether has no past to ask for.
    const oldMs = this.clock.nowMs() - NEW_MS
    const hasCome = (change: Change) =>
      change.model === 'device' && change.data && !known.has(change.id) && change.data.createdMs < oldMs
    if (changes.some(hasCome)) this.keeper.come()
  }

  private onDevice(id: string, device: DeviceState | null): void {
    if (device) this.keeper.known(id, device.latest)
    else this.keeper.gone(id)
  }

  private onNotification({ notification, origin }: NotificationMessage): void {
    if (!this.isOwn(origin)) this.keeper.notifications.told(notification)
  }

  private isOwn(origin: string | null): boolean {
    return origin !== null && origin === this.store.getState().client
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
        this.ask((frame) => this.socket.send(frame))
      },
      waitMs + this.random() * SPREAD_MS,
    )
  }

  private onWelcome(welcome: Welcome): void {
    this.clock.observe(welcome.timeMs)
    const known = this.store.getState().devices
    const present = new Set(welcome.devices.map(({ id }) => id))
    const gone = [...known.keys()].filter((id) => !present.has(id))
    gone.forEach((id) => this.keeper.gone(id))
    this.store.setState(step.welcomed(welcome))
    this.keeper.notifications.count(welcome.unread)
    for (const { id, latest } of welcome.devices) this.keeper.known(id, latest)
    if (this.isAsked) this.goOn()
    else if (welcome.devices.some(({ id }) => !known.has(id))) this.keeper.come()
  }

  private goOn(): void {
    this.isAsked = false
    this.socket.confirm()
    if (this.hasMissed) {
      this.store.setState(({ missed }) => ({ missed: missed + 1 }))
      this.keeper.missed()
    }
    this.hasMissed = false
    this.keeper.back()
  }

  private meet(device: string): void {
    if (!this.store.getState().devices.has(device)) this.unknown.met()
  }
}

function logError({ code, detail, retryMs }: ServerError): void {
  // A session or a right that ended is no fault: a screen that says so follows.
  if (code === 'unauthorized' || code === 'permission_denied') return
  const text = `Sense Live: ${code}: ${detail}`
  if (retryMs === null) console.error(text)
  else console.warn(text)
}
