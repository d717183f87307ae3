// Send once more what a webhook was told, or missed.
import { parseDelivery, type Delivery } from '../protocol/webhook'
import { request } from './request'
import { webhookPath } from './webhook-path'

export function sendDeliveryAgain(webhook: string, delivery: string): Promise<Delivery> {
  const path = `${webhookPath(webhook)}deliveries/${encodeURIComponent(delivery)}/again/`
  return request(path, parseDelivery, { method: 'POST' })
}
