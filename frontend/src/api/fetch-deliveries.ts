// What a webhook was told, the newest first; older than a moment for the next page.
import { parseDeliveryLog, type DeliveryLog } from '../protocol/webhook'
import { request } from './request'
import { webhookPath } from './webhook-path'

export function fetchDeliveries(
  id: string,
  beforeMs: number | null = null,
  signal?: AbortSignal,
): Promise<DeliveryLog> {
  const query = beforeMs === null ? '' : `?before=${beforeMs}`
  return request(`${webhookPath(id)}deliveries/${query}`, parseDeliveryLog, { signal })
}
