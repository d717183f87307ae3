// A word about a thing, beside its name.
import type { ReactNode } from 'react'
import styles from './badge.module.css'

type BadgeProps = {
  readonly tone?: 'plain' | 'accent' | 'good' | 'warn' | 'bad'
  readonly children: ReactNode
}

export function Badge({ tone = 'plain', children }: BadgeProps) {
  return <span className={`${styles.badge} ${styles[tone]}`}>{children}</span>
}
