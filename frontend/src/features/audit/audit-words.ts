// What was done, in words.
import type { AuditEntry } from '../../protocol/audit'
import { didWords } from '../notifications/notification-words'

/** What people do with their own way in: these need no object. */
const DEEDS: Readonly<Record<string, string>> = {
  sign_in: 'signed in',
  sign_out: 'signed out',
  sign_in_failed: 'failed to sign in',
  password: 'changed the password',
  password_reset: 'set a new password by mail',
  two_factor: 'changed two-factor',
  session_revoked: 'ended a session',
  token: 'made a new token',
  share: 'shared a view',
  restore: 'restored a backup',
}

export const KINDS: readonly { readonly value: string; readonly label: string }[] = [
  { value: '', label: 'Everything' },
  { value: 'device', label: 'Devices' },
  { value: 'metric', label: 'Metrics' },
  { value: 'annotation', label: 'Notes' },
  { value: 'retention', label: 'Retention' },
  { value: 'person', label: 'People and signing in' },
  { value: 'group', label: 'Groups' },
  { value: 'webhook', label: 'Webhooks' },
  { value: 'sharelink', label: 'Share links' },
]

/** Without who did it: "changed the device Kitchen", "signed in". */
export function deedWords({ action, model, object, text, by }: AuditEntry): string {
  const name = text || object
  const deed = DEEDS[action]
  if (deed) return name && name !== by ? `${deed}: ${name}` : deed
  return [didWords(action, model), name].filter(Boolean).join(' ')
}
