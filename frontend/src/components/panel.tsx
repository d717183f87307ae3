// A part of the page that is folded until somebody wants it; what is in it is made only then.
import { useState, type ReactNode } from 'react'
import { Icon } from './icon'
import styles from './panel.module.css'

type PanelProps = { readonly testId: string; readonly title: ReactNode; readonly children: ReactNode }

export function Panel({ testId, title, children }: PanelProps) {
  const [isOpen, setOpen] = useState(false)
  return (
    <details
      className={styles.panel}
      data-testid={testId}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>
        {title}
        <Icon name="chevron" />
      </summary>
      {isOpen && children}
    </details>
  )
}
