// Why something could not be read, and the way to ask for it again.
import { Button } from '../../components/button'
import type { Problem } from './api-problem'
import styles from './failed-notice.module.css'
import { ProblemNotice } from './problem-notice'

type FailedNoticeProps = {
  readonly problem: Problem
  /** It is being asked for again. */
  readonly busy: boolean
  readonly onAgain: () => void
}

/** The button stays where it is while it asks, so that the keyboard stays on it; the words come anew, to be read out again. */
export function FailedNotice({ problem, busy, onAgain }: FailedNoticeProps) {
  return (
    <div className={styles.failed}>
      <ProblemNotice problem={busy ? null : problem} />
      <Button small aria-disabled={busy} onClick={() => !busy && onAgain()}>
        {busy ? 'Asking…' : 'Try again'}
      </Button>
    </div>
  )
}
