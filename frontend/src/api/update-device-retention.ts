// Keep a device's readings for times of its own from now on; null follows the installation.
import { parseDeviceRetention, type DeviceRetention, type OwnPeriods } from '../protocol/retention'
import { devicePath } from './device-path'
import { periodsBody } from './periods-body'
import { request } from './request'

export function updateDeviceRetention(device: string, periods: OwnPeriods): Promise<DeviceRetention> {
  return request(`${devicePath(device)}retention/`, parseDeviceRetention, {
    method: 'PATCH',
    body: periodsBody(periods),
  })
}
