// Who did what to what, as the bell lists it.
import { bool, list, nullable, number, object, ProtocolError, text, timeMs } from './shape'

export type Notification = {
  readonly id: string
  readonly timeMs: number
  readonly by: string
  readonly action: 'add' | 'change' | 'delete'
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

function parseAction(value: unknown, where: string): Notification['action'] {
  const action = text(value, where)
  if (action === 'add' || action === 'change' || action === 'delete') return action
  throw new ProtocolError(`${where}: unknown action "${action}"`)
}

export function parseNotification(value: unknown, where = 'notification'): Notification {
  const raw = object(value, where)
  return {
    id: text(raw.id, `${where}.id`),
    timeMs: timeMs(raw.time, `${where}.time`),
    by: text(raw.by, `${where}.by`),
    action: parseAction(raw.action, `${where}.action`),
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
