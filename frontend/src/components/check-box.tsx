// A box to tick, with its words beside it.
import type { ComponentProps } from 'react'
import styles from './check-box.module.css'

type CheckBoxProps = Omit<ComponentProps<'input'>, 'type'> & { readonly label: string }

export function CheckBox({ label, ...input }: CheckBoxProps) {
  return (
    <label className={styles.check}>
      <input type="checkbox" {...input} />
      {label}
    </label>
  )
}
