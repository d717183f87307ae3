// A list of things, each with its name, what is known of it, and what can be done with it.
import type { ReactNode } from 'react'
import styles from './rows.module.css'

export function Rows({ children }: { readonly children: ReactNode }) {
  return <ul className={styles.rows}>{children}</ul>
}

type RowProps = {
  readonly title: ReactNode
  readonly badges?: ReactNode
  readonly words?: ReactNode
  readonly actions?: ReactNode
  readonly testId?: string
  /** Below, as wide as the row. */
  readonly children?: ReactNode
}

export function Row({ title, badges, words, actions, testId, children }: RowProps) {
  return (
    <li className={styles.row} data-testid={testId}>
      <div className={styles.about}>
        <p className={styles.title}>
          <span>{title}</span>
          {badges}
        </p>
        {words && <p className={styles.words}>{words}</p>}
      </div>
      {actions && <div className={styles.actions}>{actions}</div>}
      {children && <div className={styles.below}>{children}</div>}
    </li>
  )
}
