// Make a link that shows some devices to whoever has it. Its address is in this answer only.
import { parseCreatedShare, type CreatedShare, type ShareSpan } from '../protocol/share'
import { request } from './request'

export type ShareDraft = ShareSpan & {
  readonly name: string
  readonly devices: readonly string[]
  readonly expiresMs: number
}

export function createShare({ name, devices, startMs, endMs, expiresMs }: ShareDraft): Promise<CreatedShare> {
  return request('/api/shares/', parseCreatedShare, {
    method: 'POST',
    body: { name, devices, start: startMs, end: endMs, expires: expiresMs },
  })
}
