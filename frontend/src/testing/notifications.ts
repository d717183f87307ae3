// What others did, for tests: as the server says it, and as the page holds it.
import type { NotificationCalls } from '../live/notifications'
import { START_MS } from './messages'

/** For pages of which none is asked. */
export const NO_NOTIFICATIONS: NotificationCalls = {
  fetch: () => Promise.reject(new Error('nobody was to ask')),
  markRead: () => Promise.reject(new Error('nobody was to ask')),
}

export function notificationJson(over: object = {}) {
  return {
    id: '6b0a5a52-97a5-4d3c-9d1e-0a7c8f1b2c3d',
    time: START_MS,
    by: 'ada',
    action: 'change',
    model: 'device',
    object: 'kitchen',
    text: 'Kitchen',
    detail: 'Changed name.',
    device: 'kitchen',
    ...over,
  }
}

export function notificationMessage(over: object = {}) {
  return { type: 'notification', ...notificationJson(over), origin: null, ...over }
}
