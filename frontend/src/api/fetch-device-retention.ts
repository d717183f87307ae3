// For how long a device's readings are kept, and what is due to be deleted; or would be, with other periods.
import { parseDeviceRetention, type DeviceRetention, type OwnPeriods } from '../protocol/retention'
import { devicePath } from './device-path'
import { periodsBody } from './periods-body'
import { request } from './request'

export type DeviceRetentionAsk = {
  readonly device: string
  /** As it would be with these; changes nothing. */
  readonly periods?: OwnPeriods
  readonly signal?: AbortSignal
}

export function fetchDeviceRetention({
  device,
  periods,
  signal,
}: DeviceRetentionAsk): Promise<DeviceRetention> {
  const query = new URLSearchParams()
  // Empty is how a query says null.
  for (const [name, days] of Object.entries(periods ? periodsBody(periods) : {}))
    query.set(name, String(days ?? ''))
  return request(`${devicePath(device)}retention/?${query}`, parseDeviceRetention, { signal })
}
