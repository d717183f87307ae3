// One thing that can be done: what it is called, what it means, and the button for it.
import type { ReactNode } from 'react'
import styles from './action-row.module.css'

type ActionRowProps = {
  readonly title: string
  readonly words: ReactNode
  readonly children: ReactNode
}

export function ActionRow({ title, words, children }: ActionRowProps) {
  return (
    <section className={styles.row}>
      <div>
        <h3>{title}</h3>
        <p>{words}</p>
      </div>
      {children}
    </section>
  )
}
