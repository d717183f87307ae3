// Replace a device's token, after asking: the board stops until it has the new one.
import { useState } from 'react'
import { rotateToken } from '../../api/rotate-token'
import { Button } from '../../components/button'
import { Buttons } from '../../components/buttons'
import type { LiveDevice } from '../../live/state'
import { useLive } from '../../live/use-live'
import type { CreatedDevice } from '../../protocol/device'
import styles from './devices.module.css'
import { ProblemNotice } from '../forms/problem-notice'
import { useCall } from '../forms/use-call'

type RotateTokenProps = { readonly device: LiveDevice; readonly onToken: (made: CreatedDevice) => void }

export function RotateToken({ device, onToken }: RotateTokenProps) {
  const live = useLive()
  const [asked, setAsked] = useState(false)
  const [isKept, setKept] = useState(false)
  const { busy, problem, run } = useCall()
  const keep = () => {
    setKept(true)
    setAsked(false)
  }
  const rotate = () =>
    run(
      () => rotateToken(device.id),
      (answer) => {
        live.applyDevice(answer)
        onToken(answer)
      },
    )
  return (
    <section className={styles.section}>
      <div>
        <h3>Token</h3>
        <p>
          {asked
            ? 'The old token stops at once: the board sends nothing until it has the new one.'
            : 'Lost it, or somebody else saw it? Make a new one.'}
        </p>
      </div>
      {asked ? (
        <Buttons>
          <Button weight="danger" onClick={rotate} disabled={busy} autoFocus>
            Replace the token
          </Button>
          <Button weight="quiet" onClick={keep} disabled={busy}>
            Keep it
          </Button>
        </Buttons>
      ) : (
        <Button onClick={() => setAsked(true)} autoFocus={isKept}>
          New token…
        </Button>
      )}
      <ProblemNotice problem={problem} />
    </section>
  )
}
