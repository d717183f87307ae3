// Stop a device from sending, without losing what it sent.
import { updateDevice } from '../../api/update-device'
import { Button } from '../../components/button'
import type { LiveDevice } from '../../live/state'
import { useLive } from '../../live/use-live'
import styles from './devices.module.css'
import { ProblemNotice } from '../forms/problem-notice'
import { useCall } from '../forms/use-call'

export function EnableDevice({ device }: { readonly device: LiveDevice }) {
  const live = useLive()
  const { busy, problem, run } = useCall()
  const switchOver = () =>
    run(
      () => updateDevice(device.id, { enabled: !device.enabled }),
      (answer) => live.applyDevice(answer),
    )
  return (
    <section className={styles.section}>
      <div>
        <h3>{device.enabled ? 'Enabled' : 'Disabled'}</h3>
        <p>{device.enabled ? 'It may connect and send.' : 'It is refused. Its readings are kept.'}</p>
      </div>
      <Button onClick={switchOver} disabled={busy}>
        {device.enabled ? 'Disable' : 'Enable'}
      </Button>
      <ProblemNotice problem={problem} />
    </section>
  )
}
