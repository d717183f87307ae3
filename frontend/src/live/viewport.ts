// The window of time on screen, and what moves it: a choice, a gesture, the page's address.
import type { StoreApi } from 'zustand/vanilla'
import type { LiveState } from './state'
import * as views from './view-window'
import type { Stretch, ViewWindow } from './view-window'

type ViewportOptions = {
  readonly store: StoreApi<LiveState>
  readonly bounds: views.Bounds
  readonly nowMs: () => number
  /** After the window has become another. */
  readonly onChange: (view: ViewWindow) => void
}

export class Viewport {
  private readonly options: ViewportOptions

  constructor(options: ViewportOptions) {
    this.options = options
  }

  get view(): ViewWindow {
    return this.options.store.getState().view
  }

  stretch(): Stretch {
    return views.stretch(this.view, this.options.nowMs())
  }

  setSpan(spanMs: number): void {
    this.set(views.withSpan(this.view, spanMs), 'choice')
  }

  look(stretch: Stretch): void {
    this.set(views.fixed(stretch, this.options.nowMs()), 'choice')
  }

  /** A tenth of what is shown now, with a moment in its middle. */
  lookAround(timeMs: number): void {
    const halfMs = views.spanMs(this.view) / 20
    this.look({ fromMs: timeMs - halfMs, toMs: timeMs + halfMs })
  }

  zoom(factor: number, share: number): void {
    this.set(views.zoomed(this.view, factor, share, this.options.nowMs()), 'gesture')
  }

  pan(byMs: number): void {
    this.set(views.panned(this.view, byMs, this.options.nowMs()), 'gesture')
  }

  /** A window that was left in the page's address. */
  restore(view: ViewWindow): void {
    this.set(view.mode === 'live' ? view : views.fixed(view, this.options.nowMs()), 'address')
  }

  freeze(): void {
    this.set(views.frozen(this.view, this.options.nowMs()), 'choice')
  }

  run(): void {
    this.set(views.running(this.view), 'choice')
  }

  private set(next: ViewWindow, viewBy: LiveState['viewBy']): void {
    const { store, bounds, nowMs, onChange } = this.options
    const view = views.within(next, bounds, nowMs())
    if (view === this.view) return
    store.setState({ view, viewBy })
    onChange(view)
  }
}
