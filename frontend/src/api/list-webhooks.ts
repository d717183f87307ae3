// All webhooks.
import { parseWebhooks, type Webhook } from '../protocol/webhook'
import { request } from './request'

export function listWebhooks(signal?: AbortSignal): Promise<Webhook[]> {
  return request('/api/webhooks/', parseWebhooks, { signal })
}
