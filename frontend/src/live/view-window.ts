// The stretch of time on screen: it runs along with the clock, or stands still while paused.

export const SPANS_MS = [60_000, 300_000, 900_000, 3_600_000] as const
export const DEFAULT_SPAN_MS = 300_000

export type ViewWindow =
  | { readonly mode: 'live'; readonly spanMs: number }
  | { readonly mode: 'fixed'; readonly fromMs: number; readonly toMs: number }

export type Stretch = { readonly fromMs: number; readonly toMs: number }

export function stretch(view: ViewWindow, nowMs: number): Stretch {
  if (view.mode === 'fixed') return view
  return { fromMs: nowMs - view.spanMs, toMs: nowMs }
}

export function spanMs(view: ViewWindow): number {
  return view.mode === 'live' ? view.spanMs : view.toMs - view.fromMs
}

/** Widened or narrowed at its older end: the newer end is what one is looking at. */
export function withSpan(view: ViewWindow, spanMs: number): ViewWindow {
  if (view.mode === 'live') return { mode: 'live', spanMs }
  return { ...view, fromMs: view.toMs - spanMs }
}

export function frozen(view: ViewWindow, nowMs: number): ViewWindow {
  return { mode: 'fixed', ...stretch(view, nowMs) }
}

export function running(view: ViewWindow): ViewWindow {
  return { mode: 'live', spanMs: spanMs(view) }
}
