// Find a board on the shelf: its lights flash.
import { useState } from 'react'
import { identifyDevice } from '../../api/identify-device'
import { Button } from '../../components/button'
import type { LiveDevice } from '../../live/state'
import styles from './devices.module.css'
import { ProblemNotice } from '../forms/problem-notice'
import { useCall } from '../forms/use-call'
import type { Result } from '../../protocol/result'

const HINT = 'Which board is it? Let its lights flash for some seconds.'

function words(result: Result | null, busy: boolean): string {
  if (busy) return 'Asking the board…'
  if (!result) return HINT
  return result.ok ? 'The board has flashed its lights.' : result.detail || 'The board could not do it.'
}

export function FindDevice({ device }: { readonly device: LiveDevice }) {
  const [result, setResult] = useState<Result | null>(null)
  const { busy, problem, run } = useCall()
  return (
    <section className={styles.section}>
      <div>
        <h3>Find it</h3>
        <p role="status">{words(result, busy)}</p>
      </div>
      <Button
        onClick={() => run(() => identifyDevice(device.id), setResult)}
        disabled={busy || !device.online}
      >
        Flash
      </Button>
      <ProblemNotice problem={problem} />
    </section>
  )
}
