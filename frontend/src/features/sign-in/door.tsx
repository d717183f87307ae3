// The frame of what one sees before one is in: the name of the place, and one form.
import type { FormEvent, ReactNode } from 'react'
import { Logo } from '../../components/logo'
import styles from './door.module.css'

export function Door({ children }: { readonly children: ReactNode }) {
  return (
    <main className={styles.screen}>
      <div className={styles.card}>
        <div className={styles.brand}>
          <Logo size={32} />
          <h1>Sense Live</h1>
        </div>
        {children}
      </div>
    </main>
  )
}

type DoorFormProps = {
  readonly title?: string
  readonly testId: string
  readonly onSubmit: () => void
  readonly children: ReactNode
}

export function DoorForm({ title, testId, onSubmit, children }: DoorFormProps) {
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onSubmit()
  }
  return (
    <form className={styles.form} data-testid={testId} onSubmit={submit}>
      {title && <h2>{title}</h2>}
      {children}
    </form>
  )
}
