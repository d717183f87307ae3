// A message in the page's flow: something to know, to heed, or that failed.
import type { ReactNode } from 'react'
import styles from './notice.module.css'

type NoticeProps = { readonly tone?: 'calm' | 'warn' | 'bad'; readonly children: ReactNode }

export function Notice({ tone = 'calm', children }: NoticeProps) {
  return (
    <div className={`${styles.notice} ${styles[tone]}`} role={tone === 'bad' ? 'alert' : 'status'}>
      {children}
    </div>
  )
}
