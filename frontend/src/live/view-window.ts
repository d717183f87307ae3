// The stretch of time on screen: it runs along with the clock, or stands still where one looks.

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

export const SPANS_MS = [
  5 * MINUTE_MS,
  15 * MINUTE_MS,
  HOUR_MS,
  6 * HOUR_MS,
  24 * HOUR_MS,
  7 * DAY_MS,
  30 * DAY_MS,
  365 * DAY_MS,
] as const
export const DEFAULT_SPAN_MS = 5 * MINUTE_MS
export const SHORTEST_SPAN_MS = 10_000
export const LONGEST_SPAN_MS = 3_653 * DAY_MS

/** Up to here every reading is held and drawn; what is longer is drawn from averages. */
export const READINGS_SPAN_MS = HOUR_MS
// Further back than this a short window is not worth reading all that came since.
const READINGS_REACH_MS = 2 * HOUR_MS
// This near to its right edge, zooming in keeps a running window running.
const EDGE = 0.95

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
  const next = clampedSpan(spanMs)
  if (view.mode === 'live') return { mode: 'live', spanMs: next }
  return { ...view, fromMs: view.toMs - next }
}

export function frozen(view: ViewWindow, nowMs: number): ViewWindow {
  const { fromMs, toMs } = stretch(view, nowMs)
  return { mode: 'fixed', fromMs, toMs }
}

export function running(view: ViewWindow): ViewWindow {
  return { mode: 'live', spanMs: spanMs(view) }
}

/** A window of these ends, as far as there can be readings. */
export function fixed({ fromMs, toMs }: Stretch, nowMs: number): ViewWindow {
  const span = clampedSpan(toMs - fromMs)
  const end = Math.max(span, Math.min(toMs, nowMs))
  return { mode: 'fixed', fromMs: end - span, toMs: end }
}

/** `factor` times as long; what is at `share` of the width, from 0 to 1, stays there. */
export function zoomed(view: ViewWindow, factor: number, share: number, nowMs: number): ViewWindow {
  const span = spanMs(view)
  const next = clampedSpan(span * factor)
  if (view.mode === 'live' && (factor >= 1 || share >= EDGE)) return { mode: 'live', spanMs: next }
  if (next === span) return view
  const { fromMs } = stretch(view, nowMs)
  const anchorMs = fromMs + share * span
  return fixed({ fromMs: anchorMs - share * next, toMs: anchorMs + (1 - share) * next }, nowMs)
}

/** Moved to later times, or to earlier ones with a negative number. Who comes to the end goes on live. */
export function panned(view: ViewWindow, byMs: number, nowMs: number): ViewWindow {
  const { fromMs, toMs } = stretch(view, nowMs)
  if (byMs >= 0 && toMs + byMs >= nowMs) return running(view)
  return fixed({ fromMs: fromMs + byMs, toMs: toMs + byMs }, nowMs)
}

/** How far one may look: null for as far as there is anything. An end means that nothing runs along with the clock. */
export type Bounds = { readonly fromMs: number | null; readonly toMs: number | null }

export const EVERYTHING: Bounds = { fromMs: null, toMs: null }

/** Moved, and shortened where that is not enough, so that nothing outside of the bounds is shown. */
export function within(view: ViewWindow, bounds: Bounds, nowMs: number): ViewWindow {
  if (bounds.toMs === null && (view.mode === 'live' || bounds.fromMs === null)) return view
  const seen = stretch(view, nowMs)
  const latestMs = bounds.toMs ?? nowMs
  const earliestMs = Math.min(bounds.fromMs ?? 0, latestMs)
  const span = Math.min(seen.toMs - seen.fromMs, latestMs - earliestMs)
  const toMs = Math.min(Math.max(seen.toMs, earliestMs + span), latestMs)
  const isSame = view.mode === 'fixed' && view.toMs === toMs && view.fromMs === toMs - span
  return isSame ? view : { mode: 'fixed', fromMs: toMs - span, toMs }
}

/** Whether the window is drawn from single readings, all of which are read for it. */
export function showsReadings(view: ViewWindow, nowMs: number): boolean {
  // A millisecond of rounding is no longer window.
  if (spanMs(view) > READINGS_SPAN_MS + 1) return false
  return stretch(view, nowMs).fromMs >= nowMs - READINGS_REACH_MS
}

function clampedSpan(spanMs: number): number {
  return Math.min(Math.max(spanMs, SHORTEST_SPAN_MS), LONGEST_SPAN_MS)
}
