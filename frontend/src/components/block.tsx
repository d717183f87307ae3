// A part of a settings screen: a heading, words about it, and what belongs to it.
import { useId, type ReactNode } from 'react'
import styles from './block.module.css'

type BlockProps = {
  readonly title: ReactNode
  readonly words?: ReactNode
  /** Beside the heading. */
  readonly action?: ReactNode
  readonly testId?: string
  readonly children?: ReactNode
}

export function Block({ title, words, action, testId, children }: BlockProps) {
  const titleId = useId()
  return (
    <section className={styles.block} aria-labelledby={titleId} data-testid={testId}>
      <div className={styles.head}>
        <h3 id={titleId}>{title}</h3>
        {action}
      </div>
      {words && <p className={styles.words}>{words}</p>}
      {children}
    </section>
  )
}
