// Buttons that belong together, side by side.
import type { ReactNode } from 'react'
import styles from './buttons.module.css'

export function Buttons({ children }: { readonly children: ReactNode }) {
  return <div className={styles.buttons}>{children}</div>
}
