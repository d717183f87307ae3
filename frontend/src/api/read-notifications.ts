// All notifications up to a moment are read; gives how many are left.
import { parseUnread } from '../protocol/notification'
import { request } from './request'

export function readNotifications(untilMs: number): Promise<number> {
  return request('/api/notifications/read/', parseUnread, { method: 'POST', body: { until: untilMs } })
}
