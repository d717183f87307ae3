// All devices with their latest readings.
import { parseDeviceList, type DeviceState } from '../protocol/device'
import { request } from './request'

export function listDevices(): Promise<DeviceState[]> {
  return request('/api/devices/', parseDeviceList)
}
