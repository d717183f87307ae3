// The one button, in its few weights.
import type { ComponentProps } from 'react'
import styles from './button.module.css'

type ButtonProps = ComponentProps<'button'> & {
  readonly weight?: 'main' | 'plain' | 'quiet' | 'danger'
  readonly small?: boolean
}

export function Button({ weight = 'plain', small = false, className, ...rest }: ButtonProps) {
  const classes = [styles.button, styles[weight], small && styles.small, className].filter(Boolean).join(' ')
  return <button type="button" className={classes} {...rest} />
}
