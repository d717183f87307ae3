// A line to be copied: a token, a command.
import { useState } from 'react'
import { Button } from './button'
import styles from './copy-text.module.css'
import { Icon } from './icon'

type CopyTextProps = {
  readonly label: string
  readonly text: string
  readonly testId?: string
  /** Where it takes the place of what made it: the keyboard goes on here. */
  readonly focused?: boolean
}

type Copied = 'not-yet' | 'copied' | 'refused'

const SAYS: Record<Copied, string> = {
  'not-yet': 'Copy',
  copied: 'Copied',
  refused: 'Select it and copy by hand',
}

export function CopyText({ label, text, testId, focused = false }: CopyTextProps) {
  const [copied, setCopied] = useState<Copied>('not-yet')
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setCopied('copied')
    } catch (error) {
      // Browsers offer no clipboard to pages that came without TLS.
      console.warn('Sense Live: the clipboard is not available.', error)
      setCopied('refused')
    }
  }
  return (
    <div className={styles.copy}>
      <div className={styles.head}>
        <span>{label}</span>
        <Button
          weight="quiet"
          small
          onClick={() => void copy()}
          aria-label={`${SAYS[copied]}: ${label}`}
          autoFocus={focused}
        >
          <Icon name={copied === 'copied' ? 'check' : 'copy'} />
          {SAYS[copied]}
        </Button>
      </div>
      <code className={styles.text} data-testid={testId}>
        {text}
      </code>
    </div>
  )
}
