// A device's token, shown this once, and the command that uses it.
import { useEffect, useState } from 'react'
import { CopyText } from '../../components/copy-text'
import { Notice } from '../../components/notice'
import { Panel } from '../../components/panel'
import { deviceSocketUrl } from './device-socket-url'
import styles from './devices.module.css'

type TokenPanelProps = {
  readonly id: string
  readonly token: string
  readonly signingSecret: string
  /** The newest value in words, once there is one; undefined when nobody waits for it. */
  readonly firstReading?: ((id: string) => string | null) | undefined
}

export function TokenPanel({ id, token, signingSecret, firstReading }: TokenPanelProps) {
  const command = `SENSE_TOKEN=${token} python -m publisher --url ${deviceSocketUrl(window.location)}`
  return (
    <div className={styles.stack}>
      <Notice tone="warn">Copy the token now: it is stored scrambled, and cannot be shown again.</Notice>
      <CopyText label="Token" text={token} testId="device-token" focused />
      <CopyText label="On the board, run" text={command} />
      <Panel testId="signing" title="Sign requests instead">
        <p>
          A program that posts readings can sign each request with this secret, so that the token itself is
          never sent. It changes with the token.
        </p>
        <CopyText label="Signing secret" text={signingSecret} testId="signing-secret" />
      </Panel>
      {firstReading && <FirstReading read={() => firstReading(id)} />}
    </div>
  )
}

function FirstReading({ read }: { readonly read: () => string | null }) {
  const [value, setValue] = useState<string | null>(null)
  useEffect(() => {
    const timer = setInterval(() => setValue(read()), 250)
    return () => clearInterval(timer)
  }, [read])
  return (
    <p className={styles.alive} role="status" data-alive={value !== null} data-testid="first-reading">
      <span className={styles.dot} aria-hidden="true" />
      {value === null ? 'Waiting for the first reading…' : `It’s alive: ${value}`}
    </p>
  )
}
