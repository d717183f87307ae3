// What others did, the newest first; older ones before a moment.
import { parseNotificationPage, type NotificationPage } from '../protocol/notification'
import { request } from './request'

export type NotificationsAsk = { readonly beforeMs?: number; readonly signal?: AbortSignal }

export function fetchNotifications({ beforeMs, signal }: NotificationsAsk): Promise<NotificationPage> {
  const query = new URLSearchParams({ limit: '50', ...(beforeMs && { before: String(beforeMs) }) })
  return request(`/api/notifications/?${query}`, parseNotificationPage, { signal })
}
