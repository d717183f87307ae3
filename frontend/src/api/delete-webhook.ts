// Delete a webhook with its deliveries.
import { request } from './request'
import { webhookPath } from './webhook-path'

export function deleteWebhook(id: string): Promise<void> {
  return request(webhookPath(id), () => undefined, { method: 'DELETE' })
}
