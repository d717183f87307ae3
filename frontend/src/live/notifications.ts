// What others did: how much of it was not read yet, and the list while somebody looks at it.
import { createStore } from 'zustand/vanilla'
import type { Notification, NotificationPage } from '../protocol/notification'

export type NotificationCalls = {
  /** The newest, or those before a moment. */
  readonly fetch: (ask: { beforeMs?: number; signal?: AbortSignal }) => Promise<NotificationPage>
  /** Gives how many are unread then. */
  readonly markRead: (untilMs: number) => Promise<number>
}

export type NotificationState = {
  /** 100 stands for more than can be said; null where nobody is told any. */
  readonly unread: number | null
  /** The newest first; null while nobody looks. */
  readonly all: readonly Notification[] | null
  readonly more: boolean
  readonly loading: boolean
  readonly failed: boolean
}

export const MOST_UNREAD = 100
const CLOSED = { all: null, more: false, loading: false, failed: false }

export class Notifications {
  readonly store = createStore<NotificationState>()(() => ({ unread: null, ...CLOSED }))
  private readonly calls: NotificationCalls
  private asked: AbortController | null = null
  private newestMs = 0

  constructor(calls: NotificationCalls) {
    this.calls = calls
  }

  /** Counted by the server: in a welcome, or when another tab read them. */
  count(unread: number | null): void {
    this.store.setState({ unread })
  }

  told(notification: Notification): void {
    this.store.setState(({ unread, all }) => ({
      unread: Math.min((unread ?? 0) + 1, MOST_UNREAD),
      all: all && [notification, ...all],
    }))
    this.newestMs = Math.max(this.newestMs, notification.timeMs)
  }

  /** While the line was away nothing was told: whoever looks is shown them anew. */
  missed(): void {
    if (this.store.getState().all) void this.open()
  }

  /** Reads the newest, which are no news any more then. */
  async open(): Promise<void> {
    this.store.setState({ ...CLOSED, all: [] })
    await this.load({})
    await this.read()
  }

  async older(): Promise<void> {
    const beforeMs = this.store.getState().all?.at(-1)?.timeMs
    if (beforeMs !== undefined) await this.load({ beforeMs })
  }

  /** After a failure: what could not be read. */
  async again(): Promise<void> {
    await (this.store.getState().all?.length ? this.older() : this.open())
  }

  /** What came while they were looked at was seen, too. */
  async close(): Promise<void> {
    this.asked?.abort()
    this.store.setState(CLOSED)
    await this.read()
  }

  private async load(ask: { beforeMs?: number }): Promise<void> {
    this.asked?.abort()
    const { signal } = (this.asked = new AbortController())
    this.store.setState({ loading: true, failed: false })
    try {
      const page = await this.calls.fetch({ ...ask, signal })
      if (!signal.aborted) this.take(page)
    } catch (error) {
      if (signal.aborted) return
      console.warn('Sense Live: the notifications cannot be read now.', error)
      this.store.setState({ loading: false, failed: true })
    }
  }

  private take({ notifications, unread, more }: NotificationPage): void {
    const known = this.store.getState().all ?? []
    const ids = new Set(known.map(({ id }) => id))
    const all = [...known, ...notifications.filter(({ id }) => !ids.has(id))].sort(newestFirst)
    this.newestMs = Math.max(this.newestMs, all[0]?.timeMs ?? 0)
    this.store.setState({ all, unread, more, loading: false })
  }

  private async read(): Promise<void> {
    if (!this.store.getState().unread || this.newestMs === 0) return
    try {
      this.count(await this.calls.markRead(this.newestMs))
    } catch (error) {
      console.warn('Sense Live: the notifications cannot be marked as read now.', error)
    }
  }
}

function newestFirst(one: Notification, other: Notification): number {
  return other.timeMs - one.timeMs || one.id.localeCompare(other.id)
}
