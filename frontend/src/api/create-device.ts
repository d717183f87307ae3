// Add a device; the answer is the only one that holds its token.
import { parseCreatedDevice, type CreatedDevice } from '../protocol/device'
import { request } from './request'

export function createDevice(device: { id: string; name: string }): Promise<CreatedDevice> {
  return request('/api/devices/', parseCreatedDevice, { method: 'POST', body: device })
}
