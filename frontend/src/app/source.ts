// Where the live part has its readings from, and by what right: a person's session, or a link that shows some of them.
import { shareCredential } from '../api/credential'
import { fetchAnnotations } from '../api/fetch-annotations'
import { fetchHistory } from '../api/fetch-history'
import { fetchNotifications } from '../api/fetch-notifications'
import { fetchPageHistory } from '../api/fetch-page-history'
import { fetchShared } from '../api/fetch-shared'
import { fetchSharedHistory, fetchSharedPageHistory } from '../api/fetch-shared-history'
import { getSession } from '../api/get-session'
import { listDevices } from '../api/list-devices'
import { cookieSettled } from '../api/new-cookie'
import { readNotifications } from '../api/read-notifications'
import { ApiError, callWith } from '../api/request'
import type { LiveOptions } from '../live/live'
import { authenticateByShare } from '../protocol/client-message'
import type { ShareSpan } from '../protocol/share'

export type Source = Omit<LiveOptions, 'url' | 'view' | 'limit' | 'random'>

export function sessionSource(username: string): Source {
  return {
    fetchHistory,
    fetchPageHistory,
    fetchAnnotations,
    notifications: { fetch: fetchNotifications, markRead: readNotifications },
    listDevices,
    // Another person's session, begun in another tab, is not this page's.
    isSignedOut: async () => {
      await cookieSettled()
      return (await getSession()).user?.username !== username
    },
  }
}

/** Every call of this page goes by this link from now on. */
export function callByLink(token: string): void {
  callWith(shareCredential(token))
}

export function shareSource(token: string, span: ShareSpan): Source {
  return {
    greeting: authenticateByShare(token),
    bounds: { fromMs: span.startMs, toMs: span.endMs },
    fetchHistory: fetchSharedHistory,
    fetchPageHistory: fetchSharedPageHistory,
    fetchAnnotations: () => Promise.resolve({ annotations: [], complete: true }),
    notifications: { fetch: notForStrangers, markRead: notForStrangers },
    listDevices: async () => (await fetchShared()).devices,
    isSignedOut: isLinkOver,
  }
}

/** Whether what went wrong says that a link leads nowhere, or not any more. */
export function isLinkRefused(error: unknown): boolean {
  return error instanceof ApiError && [401, 403, 404].includes(error.status)
}

async function isLinkOver(): Promise<boolean> {
  try {
    await fetchShared()
    return false
  } catch (error) {
    if (isLinkRefused(error)) return true
    throw error
  }
}

function notForStrangers(): Promise<never> {
  return Promise.reject(new Error('who came by a link is told no notifications'))
}
