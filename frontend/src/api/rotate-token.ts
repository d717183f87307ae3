// Give a device a new token; the old one stops at once.
import { parseCreatedDevice, type CreatedDevice } from '../protocol/device'
import { devicePath } from './device-path'
import { request } from './request'

export function rotateToken(id: string): Promise<CreatedDevice> {
  return request(`${devicePath(id)}rotate/`, parseCreatedDevice, { method: 'POST' })
}
