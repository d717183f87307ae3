// The window of time in the page's address: ?span=6h, or ?from=…&to=…, so that a view can be loaded again or sent on.
import type { Live } from '../live/live'
import { DEFAULT_SPAN_MS, LONGEST_SPAN_MS, SHORTEST_SPAN_MS, type ViewWindow } from '../live/view-window'

const UNITS_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  y: 365 * 86_400_000,
}
// Browsers count how often the address is set: once a movement is over is enough.
const SETTLE_MS = 400

export function viewOf(search: string): ViewWindow | null {
  const query = new URLSearchParams(search)
  const fromMs = Date.parse(query.get('from') ?? '')
  const toMs = Date.parse(query.get('to') ?? '')
  if (fromMs >= 0 && toMs > fromMs) return { mode: 'fixed', fromMs, toMs }
  const [, count, unit] = /^(\d{1,10})(s|min|h|d|y)$/.exec(query.get('span') ?? '') ?? []
  const spanMs = Number(count) * (UNITS_MS[unit ?? ''] ?? NaN)
  return spanMs >= SHORTEST_SPAN_MS && spanMs <= LONGEST_SPAN_MS ? { mode: 'live', spanMs } : null
}

/** These screens know no window: it waits until one comes back from them. */
export function isSettings(path: string): boolean {
  return path.startsWith('/settings/')
}

/** The page's address with this window in it; other parts of it stay. The usual window leaves it plain. */
export function addressFor(view: ViewWindow, address: string): string {
  const page = new URL(address)
  for (const name of ['span', 'from', 'to']) page.searchParams.delete(name)
  const query = page.searchParams.toString()
  const words = [...(query ? [query] : []), ...wordsFor(view)].join('&')
  return `${page.pathname}${words && '?'}${words}${page.hash}`
}

function wordsFor(view: ViewWindow): string[] {
  if (view.mode === 'fixed') return [`from=${moment(view.fromMs)}`, `to=${moment(view.toMs)}`]
  if (Math.round(view.spanMs) === DEFAULT_SPAN_MS) return []
  const seconds = Math.round(view.spanMs / 1_000)
  const units = Object.entries(UNITS_MS).reverse()
  const [unit, ms] = units.find(([, ms]) => (seconds * 1_000) % ms === 0) ?? ['s', 1_000]
  return [`span=${(seconds * 1_000) / ms}${unit}`]
}

function moment(timeMs: number): string {
  return new Date(timeMs).toISOString().replace('.000Z', 'Z')
}

/** Keeps address and window the same, until the function it gives is called. What was chosen can be gone back from. */
export function keepInAddress(live: Live): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const write = (by: 'choice' | 'gesture' | 'address') => {
    if (isSettings(window.location.pathname)) return
    const address = addressFor(live.store.getState().view, window.location.href)
    if (address === window.location.pathname + window.location.search + window.location.hash) return
    if (by === 'choice') window.history.pushState(null, '', address)
    else window.history.replaceState(null, '', address)
  }
  const forget = live.store.subscribe(({ view, viewBy }, before) => {
    if (view === before.view) return
    clearTimeout(timer)
    if (viewBy === 'choice') write(viewBy)
    else timer = setTimeout(() => write(viewBy), SETTLE_MS)
  })
  const goBack = () => {
    if (isSettings(window.location.pathname)) return
    live.viewport.restore(viewOf(window.location.search) ?? { mode: 'live', spanMs: DEFAULT_SPAN_MS })
  }
  window.addEventListener('popstate', goBack)
  return () => {
    clearTimeout(timer)
    forget()
    window.removeEventListener('popstate', goBack)
  }
}
