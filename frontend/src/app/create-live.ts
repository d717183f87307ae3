// The live part, wired to this page's server.
import { fetchHistory } from '../api/fetch-history'
import { getSession } from '../api/get-session'
import { listDevices } from '../api/list-devices'
import { Live } from '../live/live'

export function liveSocketUrl(page: { readonly protocol: string; readonly host: string }): string {
  return `${page.protocol === 'https:' ? 'wss' : 'ws'}://${page.host}/ws/live/`
}

export function createLive(): Live {
  return new Live({
    url: liveSocketUrl(window.location),
    fetchHistory,
    listDevices,
    isSignedOut: async () => (await getSession()) === null,
  })
}
