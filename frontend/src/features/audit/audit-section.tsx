// Who did what, when, and from where.
import { useCallback, useState } from 'react'
import { fetchAudit } from '../../api/fetch-audit'
import { Block } from '../../components/block'
import { Button } from '../../components/button'
import type { AuditEntry } from '../../protocol/audit'
import { FailedNotice } from '../forms/failed-notice'
import { usePages } from '../forms/use-pages'
import { AuditFilter, type Filter } from './audit-filter'
import styles from './audit-section.module.css'
import { AuditTable } from './audit-table'

const timeMsOf = ({ timeMs }: AuditEntry) => timeMs

export function AuditSection() {
  const [{ by, model }, setFilter] = useState<Filter>({ by: '', model: '' })
  const fetchPage = useCallback(
    async (beforeMs: number | null, signal: AbortSignal) => {
      const { entries, more } = await fetchAudit({ by, model, beforeMs }, signal)
      return { items: entries, more }
    },
    [by, model],
  )
  const { items, more, busy, problem, again, older, refresh } = usePages(fetchPage, timeMsOf)
  return (
    <Block
      title="What was done here"
      action={
        <Button disabled={busy} onClick={refresh}>
          Refresh
        </Button>
      }
    >
      <AuditFilter filter={{ by, model }} onChange={setFilter} />
      {problem && <FailedNotice problem={problem} busy={busy} onAgain={again} />}
      {items && <AuditTable entries={items} />}
      {!items && !problem && <p role="status">Asking…</p>}
      {items?.length === 0 && (
        <p>{by || model ? 'Nothing like that is on record.' : 'Nothing is on record yet.'}</p>
      )}
      {more && !problem && (
        <div className={styles.more}>
          <Button disabled={busy} onClick={older}>
            {busy ? 'Asking…' : 'Show older ones'}
          </Button>
        </div>
      )}
    </Block>
  )
}
