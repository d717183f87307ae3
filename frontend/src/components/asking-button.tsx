// A button for what cannot be taken back: it asks once, and the answer "no" is as near as "yes".
import { useState } from 'react'
import styles from './asking-button.module.css'
import { Button } from './button'

type AskingButtonProps = {
  readonly label: string
  /** For readers of the screen, where several buttons have the same words. */
  readonly about?: string
  readonly question: string
  readonly yes: string
  readonly no?: string
  /** Of the button before it asks. */
  readonly weight?: 'plain' | 'quiet' | 'danger'
  readonly small?: boolean
  readonly busy: boolean
  readonly onYes: () => void
}

export function AskingButton(props: AskingButtonProps) {
  const { label, about, question, yes, no = 'Keep', weight = 'danger', small = false, busy, onYes } = props
  const [asked, setAsked] = useState(false)
  const [isKept, setKept] = useState(false)
  const name = (words: string) => (about ? `${words} ${about}` : undefined)
  // The keyboard goes back to where it was.
  const keep = () => {
    setKept(true)
    setAsked(false)
  }
  if (!asked) {
    return (
      <Button
        weight={weight}
        small={small}
        aria-label={name(label.replace('…', ''))}
        onClick={() => setAsked(true)}
        autoFocus={isKept}
      >
        {label}
      </Button>
    )
  }
  return (
    <div className={styles.asked} role="group" aria-label={question}>
      <p>{question}</p>
      <Button weight="danger" small={small} disabled={busy} onClick={onYes} autoFocus>
        {yes}
      </Button>
      <Button weight="quiet" small={small} disabled={busy} onClick={keep}>
        {no}
      </Button>
    </div>
  )
}
