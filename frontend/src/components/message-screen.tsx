// A whole page that has only one thing to say.
import type { ReactNode } from 'react'
import styles from './message-screen.module.css'

type MessageScreenProps = {
  readonly title: string
  readonly testId?: string
  /** Above the title. */
  readonly sign?: ReactNode
  readonly children: ReactNode
}

export function MessageScreen({ title, testId, sign, children }: MessageScreenProps) {
  return (
    <main className={styles.screen} data-testid={testId}>
      {sign}
      <h1>{title}</h1>
      {children}
    </main>
  )
}
