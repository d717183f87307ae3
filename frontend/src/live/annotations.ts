// What people wrote on the time axis: read once for the window and a little around it, and kept right by live messages.
import { createStore } from 'zustand/vanilla'
import type { Annotation, AnnotationList } from '../protocol/annotation'
import type { AnnotationChange } from '../protocol/change'
import { backoffMs } from './backoff'
import type { Stretch } from './view-window'

export type FetchAnnotations = (ask: {
  startMs: number
  endMs: number
  signal: AbortSignal
}) => Promise<AnnotationList>

export type AnnotationState = {
  /** By their start. Another list whenever anything in it changed. */
  readonly all: readonly Annotation[]
  /** False when there are so many that older ones are missing. */
  readonly complete: boolean
  readonly failed: boolean
  /** What somebody else wrote last, while this page was looking. */
  readonly news: Annotation | null
}

type Covered = Stretch & { readonly complete: boolean }
/** What became known of single ones while an answer was under way: it is newer than the answer. */
type News = Map<string, Annotation | null>

// While fingers move, one request a moment is enough.
const DEBOUNCE_MS = 150
const SMALLEST_MARGIN_MS = 600_000
// Where there are too many for one answer, only what is seen is asked for.
const CROWDED_MARGIN = 0.05

export class Annotations {
  readonly store = createStore<AnnotationState>()(() => ({
    all: [],
    complete: true,
    failed: false,
    news: null,
  }))
  private readonly fetch: FetchAnnotations
  private readonly underWay = new Set<News>()
  private wanted: Stretch | null = null
  private covered: Covered | null = null
  private crowded = false
  private active = false
  private failures = 0
  private open: { readonly stretch: Stretch; readonly abort: AbortController } | null = null
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(fetch: FetchAnnotations) {
    this.fetch = fetch
  }

  /** Another window is looked at. */
  look(stretch: Stretch): void {
    this.wanted = stretch
    if (this.failures === 0) this.readLater(DEBOUNCE_MS)
  }

  /** Time went on in the same window. */
  tick(stretch: Stretch): void {
    this.wanted = stretch
    if (this.timer === undefined) this.read()
  }

  /** The line is good again: nobody knows what was written meanwhile. */
  resume(): void {
    this.active = true
    this.covered = null
    this.open?.abort.abort()
    this.open = null
    this.read()
  }

  suspend(): void {
    this.active = false
    this.open?.abort.abort()
    this.open = null
    clearTimeout(this.timer)
    this.timer = undefined
  }

  /** What this very page (`client`) asked for shows already, or will with the answer, and is no news. */
  told(changes: readonly AnnotationChange[], client: string | null = null): void {
    const known = new Set(this.store.getState().all.map(({ id }) => id))
    const isNews = ({ data, origin, id }: AnnotationChange) =>
      data !== null && !known.has(id) && (origin === null || origin !== client)
    const news = changes.findLast(isNews)?.data
    if (news) this.store.setState({ news })
    this.put(new Map(changes.map(({ id, data }) => [id, data])))
  }

  forget(device: string): void {
    this.show(this.store.getState().all.filter((one) => one.device !== device))
  }

  /** Shows what the server made of a call, unless a live message said something newer. */
  async saving(call: () => Promise<Annotation>): Promise<Annotation> {
    const { answer, news } = await this.noting(call)
    if (!news.has(answer.id)) this.put(new Map([[answer.id, answer]]))
    return answer
  }

  async removing(id: string, call: () => Promise<void>): Promise<void> {
    await call()
    this.put(new Map([[id, null]]))
  }

  private async noting<T>(call: () => Promise<T>): Promise<{ answer: T; news: News }> {
    const news: News = new Map()
    this.underWay.add(news)
    try {
      return { answer: await call(), news }
    } finally {
      this.underWay.delete(news)
    }
  }

  private put(told: News): void {
    for (const news of this.underWay) told.forEach((one, id) => news.set(id, one))
    const others = this.store.getState().all.filter(({ id }) => !told.has(id))
    const kept = [...told.values()].filter((one) => one !== null && this.keeps(one)) as Annotation[]
    this.show([...others, ...kept].sort(byStart))
  }

  private keeps(one: Annotation): boolean {
    return !this.covered || touches(one, this.covered)
  }

  private show(all: readonly Annotation[]): void {
    this.store.setState({ all })
  }

  private readLater(waitMs: number): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => {
      this.timer = undefined
      this.read()
    }, waitMs)
  }

  private read(): void {
    const { wanted } = this
    if (!this.active || !wanted || this.isCovered(wanted)) return
    if (this.open && holds(this.open.stretch, wanted)) return
    this.open?.abort.abort()
    const stretch = this.withMargin(wanted)
    this.open = { stretch, abort: new AbortController() }
    void this.ask(stretch, this.open.abort.signal)
  }

  private isCovered(wanted: Stretch): boolean {
    const { covered } = this
    if (!covered || !holds(covered, wanted)) return false
    // Of half the time more of the older ones find room in an answer.
    return covered.complete || lengthMs(wanted) > lengthMs(covered) / 2
  }

  private withMargin(wanted: Stretch): Stretch {
    const { fromMs, toMs } = wanted
    const marginMs = this.crowded
      ? lengthMs(wanted) * CROWDED_MARGIN
      : Math.max(lengthMs(wanted), SMALLEST_MARGIN_MS)
    return { fromMs: Math.max(0, fromMs - marginMs), toMs: toMs + marginMs }
  }

  private async ask(stretch: Stretch, signal: AbortSignal): Promise<void> {
    try {
      const call = () => this.fetch({ startMs: stretch.fromMs, endMs: stretch.toMs, signal })
      const { answer, news } = await this.noting(call)
      signal.throwIfAborted()
      this.open = null
      this.failures = 0
      this.take(stretch, answer, news)
    } catch (error) {
      if (!signal.aborted) this.onFailure(error)
    }
  }

  private take(stretch: Stretch, { annotations, complete }: AnnotationList, news: News): void {
    this.covered = { ...stretch, complete }
    const told = [...news.values()].filter((one) => one !== null && touches(one, stretch))
    const all = [...annotations.filter(({ id }) => !news.has(id)), ...told] as Annotation[]
    this.store.setState({ all: all.sort(byStart), complete, failed: false })
    const wasCrowded = this.crowded
    this.crowded = !complete
    if (this.crowded && !wasCrowded) this.read()
  }

  private onFailure(error: unknown): void {
    console.warn('Sense Live: the notes cannot be read now.', error)
    this.open = null
    this.failures++
    this.store.setState({ failed: true })
    this.readLater(backoffMs(this.failures))
  }
}

export function touches({ startMs, endMs }: Annotation, { fromMs, toMs }: Stretch): boolean {
  return startMs <= toMs && (endMs ?? startMs) >= fromMs
}

function byStart(one: Annotation, other: Annotation): number {
  return one.startMs - other.startMs || one.createdMs - other.createdMs || one.id.localeCompare(other.id)
}

function holds(outer: Stretch, inner: Stretch): boolean {
  return outer.fromMs <= Math.max(0, inner.fromMs) && outer.toMs >= inner.toMs
}

function lengthMs({ fromMs, toMs }: Stretch): number {
  return toMs - fromMs
}
