// Who did what to what, as the bell lists it.
import { bool, list, nullable, number, object, oneOf, text, timeMs } from './shape'

const ACTIONS = ['add', 'change', 'delete'] as const

export type Notification = {
  readonly id: string
  readonly timeMs: number
  readonly by: string
  readonly action: (typeof ACTIONS)[number]
  readonly model: string
  /** What it is called; its id where it has no name. */
  readonly text: string
  /** What of it was changed, in words; often empty. */
  readonly detail: string
  readonly device: string | null
}

export type NotificationPage = {
  readonly notifications: readonly Notification[]
  readonly unread: number
  readonly more: boolean
}

export function parseNotification(value: unknown, where = 'notification'): Notification {
  const raw = object(value, where)
  return {
    id: text(raw.id, `${where}.id`),
    timeMs: timeMs(raw.time, `${where}.time`),
    by: text(raw.by, `${where}.by`),
    action: oneOf(ACTIONS, raw.action, `${where}.action`),
    model: text(raw.model, `${where}.model`),
    text: text(raw.text, `${where}.text`) || text(raw.object, `${where}.object`),
    detail: text(raw.detail, `${where}.detail`),
    device: nullable(raw.device, `${where}.device`, text),
  }
}

export function parseNotificationPage(value: unknown): NotificationPage {
  const raw = object(value, 'notifications')
  return {
    notifications: list(raw.notifications, 'notifications.notifications', parseNotification),
    unread: number(raw.unread, 'notifications.unread'),
    more: bool(raw.more, 'notifications.more'),
  }
}

export function parseUnread(value: unknown): number {
  return number(object(value, 'unread').unread, 'unread')
}
