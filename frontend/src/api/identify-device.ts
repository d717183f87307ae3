// Ask a board to make itself seen; the answer comes when the board has done so, or says why not.
import { parseResult, type Result } from '../protocol/result'
import { devicePath } from './device-path'
import { request } from './request'

export function identifyDevice(id: string): Promise<Result> {
  return request(`${devicePath(id)}command/`, parseResult, { method: 'POST', body: { command: 'identify' } })
}
