// Change a webhook.
import { parseWebhook, type Webhook } from '../protocol/webhook'
import type { WebhookDraft } from './create-webhook'
import { request } from './request'
import { webhookPath } from './webhook-path'

export function updateWebhook(id: string, changes: Partial<WebhookDraft>): Promise<Webhook> {
  return request(webhookPath(id), parseWebhook, { method: 'PATCH', body: changes })
}
