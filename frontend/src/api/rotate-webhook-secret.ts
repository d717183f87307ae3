// A new secret; the old one signs nothing any more.
import { parseWebhookSecret } from '../protocol/webhook'
import { request } from './request'
import { webhookPath } from './webhook-path'

export function rotateWebhookSecret(id: string): Promise<string> {
  return request(`${webhookPath(id)}rotate/`, parseWebhookSecret, { method: 'POST' })
}
