// Who did what, the newest first; older than a moment for the next page.
import { parseAuditPage, type AuditPage } from '../protocol/audit'
import { request } from './request'

export type AuditAsk = {
  readonly by: string
  readonly model: string
  readonly beforeMs: number | null
}

export function fetchAudit({ by, model, beforeMs }: AuditAsk, signal?: AbortSignal): Promise<AuditPage> {
  const query = new URLSearchParams()
  if (by) query.set('by', by)
  if (model) query.set('model', model)
  if (beforeMs !== null) query.set('before', String(beforeMs))
  return request(`/api/audit/?${query}`, parseAuditPage, { signal })
}
