// Delete a device and all its readings.
import { devicePath } from './device-path'
import { request } from './request'

export function deleteDevice(id: string): Promise<void> {
  return request(devicePath(id), () => undefined, { method: 'DELETE' })
}
