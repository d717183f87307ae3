// Fields one below the other, and what sends them. The page stays.
import type { FormEvent, ReactNode } from 'react'
import styles from './form.module.css'

type FormProps = { readonly label: string; readonly onSubmit: () => void; readonly children: ReactNode }

export function Form({ label, onSubmit, children }: FormProps) {
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onSubmit()
  }
  return (
    <form className={styles.form} aria-label={label} onSubmit={submit}>
      {children}
    </form>
  )
}
