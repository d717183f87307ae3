// Rename, enable or disable a device, or limit it to groups.
import { parseDeviceState, type DeviceState } from '../protocol/device'
import { devicePath } from './device-path'
import { request } from './request'

export type DeviceChange = {
  readonly name?: string
  readonly enabled?: boolean
  readonly groups?: readonly string[]
}

export function updateDevice(id: string, change: DeviceChange): Promise<DeviceState> {
  return request(devicePath(id), parseDeviceState, { method: 'PATCH', body: change })
}
