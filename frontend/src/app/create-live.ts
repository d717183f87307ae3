// The live part, wired to this page's server.
import { Live } from '../live/live'
import type { ViewWindow } from '../live/view-window'
import type { Source } from './source'
import { viewOf } from './view-address'

export function liveSocketUrl(page: { readonly protocol: string; readonly host: string }): string {
  return `${page.protocol === 'https:' ? 'wss' : 'ws'}://${page.host}/ws/live/`
}

/** The window is the one of the page's address, or else the usual one, or the one given. */
export function createLive(source: Source, usual?: ViewWindow): Live {
  const view = viewOf(window.location.search) ?? usual
  return new Live({ ...source, ...(view && { view }), url: liveSocketUrl(window.location) })
}
