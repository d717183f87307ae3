// Switch somebody's two-factor off, for who lost phone and recovery codes.
import { personPath } from './person-path'
import { request } from './request'

export function removePersonTwoFactor(id: string): Promise<void> {
  return request(`${personPath(id)}two-factor/`, () => undefined, { method: 'DELETE' })
}
