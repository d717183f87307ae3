// The live part, wired to this page's server.
import { fetchAnnotations } from '../api/fetch-annotations'
import { fetchHistory } from '../api/fetch-history'
import { fetchNotifications } from '../api/fetch-notifications'
import { fetchPageHistory } from '../api/fetch-page-history'
import { getSession } from '../api/get-session'
import { listDevices } from '../api/list-devices'
import { readNotifications } from '../api/read-notifications'
import { Live } from '../live/live'
import { viewOf } from './view-address'

export function liveSocketUrl(page: { readonly protocol: string; readonly host: string }): string {
  return `${page.protocol === 'https:' ? 'wss' : 'ws'}://${page.host}/ws/live/`
}

export function createLive(username: string): Live {
  const view = viewOf(window.location.search)
  return new Live({
    ...(view && { view }),
    url: liveSocketUrl(window.location),
    fetchHistory,
    fetchPageHistory,
    fetchAnnotations,
    notifications: { fetch: fetchNotifications, markRead: readNotifications },
    listDevices,
    // Another person's session, begun in another tab, is not this page's.
    isSignedOut: async () => (await getSession())?.username !== username,
  })
}
