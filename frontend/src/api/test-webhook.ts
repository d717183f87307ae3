// Send a test to a webhook; the answer is the delivery that waits now.
import { parseDelivery, type Delivery } from '../protocol/webhook'
import { request } from './request'
import { webhookPath } from './webhook-path'

export function testWebhook(id: string): Promise<Delivery> {
  return request(`${webhookPath(id)}test/`, parseDelivery, { method: 'POST' })
}
