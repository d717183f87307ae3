// Keep everything for other times from now on. What is older then is deleted within the hour.
import { parseRetention, type Periods, type Retention } from '../protocol/retention'
import { periodsBody } from './periods-body'
import { request } from './request'

export function updateRetention(periods: Periods): Promise<Retention> {
  return request('/api/retention/', parseRetention, { method: 'PATCH', body: periodsBody(periods) })
}
