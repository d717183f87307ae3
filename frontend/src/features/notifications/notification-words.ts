// What somebody did, in words.
import type { Notification } from '../../protocol/notification'

const DID: Readonly<Record<string, string>> = { add: 'added', change: 'changed', delete: 'deleted' }

const NOUNS: Readonly<Record<string, string>> = {
  device: 'the device',
  metric: 'the metric',
  annotation: 'the note',
  retention: 'how long readings are kept',
  person: 'the account',
  group: 'the group',
  webhook: 'the webhook',
  sharelink: 'the share link',
}

/** In front of the thing's name: "changed the device". */
export function didWords(action: string, model: string): string {
  return [DID[action] ?? action.replaceAll('_', ' '), NOUNS[model]].filter(Boolean).join(' ')
}

/** The page sets the thing's name apart. */
export function deed({ by, action, model }: Notification): { readonly by: string; readonly did: string } {
  return { by, did: didWords(action, model) }
}

/** 100 stands for more than can be said. */
export function countWords(unread: number): string {
  return unread > 99 ? '99+' : String(unread)
}

export function bellLabel(unread: number): string {
  return unread === 0 ? 'Notifications' : `Notifications, ${countWords(unread)} unread`
}
