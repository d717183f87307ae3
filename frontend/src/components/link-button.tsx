// A link that looks like a button: it leads somewhere, or downloads.
import type { ComponentProps } from 'react'
import styles from './button.module.css'

type LinkButtonProps = ComponentProps<'a'> & { readonly weight?: 'main' | 'plain' }

export function LinkButton({ weight = 'plain', className, ...rest }: LinkButtonProps) {
  const classes = [styles.button, styles.link, styles[weight], className].filter(Boolean).join(' ')
  return <a className={classes} {...rest} />
}
