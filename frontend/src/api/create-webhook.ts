// Add a webhook; the answer has its secret, shown this once.
import { parseCreatedWebhook, type CreatedWebhook, type Webhook } from '../protocol/webhook'
import { request } from './request'

export type WebhookDraft = Pick<Webhook, 'name' | 'url' | 'events' | 'devices' | 'enabled'>

export function createWebhook(draft: WebhookDraft): Promise<CreatedWebhook> {
  return request('/api/webhooks/', parseCreatedWebhook, { method: 'POST', body: draft })
}
