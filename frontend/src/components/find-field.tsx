// Words to look for in a list on the page.
import type { KeyboardEvent } from 'react'
import styles from './find-field.module.css'
import { Icon } from './icon'

type FindFieldProps = {
  readonly label: string
  readonly words: string
  readonly onChange: (words: string) => void
}

export function FindField({ label, words, onChange }: FindFieldProps) {
  return (
    <label className={styles.find}>
      <Icon name="search" />
      <span className="visually-hidden">{label}</span>
      <input
        type="search"
        placeholder={label}
        value={words}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={keepForm}
      />
    </label>
  )
}

/** Who presses Enter here looks for something, and does not send the form around it yet. */
function keepForm(event: KeyboardEvent): void {
  if (event.key === 'Enter') event.preventDefault()
}

export function isFound(text: string, words: string): boolean {
  return text.toLowerCase().includes(words.trim().toLowerCase())
}
