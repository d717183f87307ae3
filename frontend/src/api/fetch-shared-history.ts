// The history for who came by a link, of one device and of several; what lies outside of its span is left out.
import { parseHistories, type History } from '../protocol/series'
import { spanQuery, type HistoryAsk } from './fetch-history'
import { pageQuery, type PageHistoryAsk } from './fetch-page-history'
import { request } from './request'

function ask(query: URLSearchParams, signal: AbortSignal | undefined): Promise<History[]> {
  return request(`/api/shared/history/?${query}`, parseHistories, { signal })
}

export function fetchSharedPageHistory({ signal, ...rest }: PageHistoryAsk): Promise<History[]> {
  return ask(pageQuery(rest), signal)
}

export async function fetchSharedHistory({ device, signal, ...span }: HistoryAsk): Promise<History> {
  const query = spanQuery(span)
  query.set('devices', device)
  const [history] = await ask(query, signal)
  if (!history) throw new Error('The answer holds no history of the device asked for.')
  return history
}
