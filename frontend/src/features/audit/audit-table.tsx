// The record as a table; on a phone each entry is a few lines.
import { formatMoment, formatShortMoment } from '../../charts/format-time'
import type { AuditEntry } from '../../protocol/audit'
import styles from './audit-table.module.css'
import { deedWords } from './audit-words'

export function AuditTable({ entries }: { readonly entries: readonly AuditEntry[] }) {
  if (entries.length === 0) return null
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col">Who</th>
          <th scope="col">What</th>
          <th scope="col">From</th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </tbody>
    </table>
  )
}

function Entry({ entry }: { readonly entry: AuditEntry }) {
  const { timeMs, by, detail, address } = entry
  return (
    <tr>
      <td className={styles.when}>
        <time dateTime={new Date(timeMs).toISOString()} title={formatMoment(timeMs)}>
          {formatShortMoment(timeMs)}
        </time>
      </td>
      <td className={styles.who}>{by || 'Nobody'}</td>
      <td className={styles.what}>
        {deedWords(entry)}
        {detail && <span>{detail}</span>}
      </td>
      <td className={styles.from}>{address}</td>
    </tr>
  )
}
