// How long what a device sent is kept.
import { Button } from '../../components/button'
import styles from './devices.module.css'

export function RetainDevice({ onChange }: { readonly onChange: () => void }) {
  return (
    <section className={styles.section} aria-label="How long it is kept">
      <div>
        <h3>How long it is kept</h3>
        <p>As the whole installation has it, or for times of its own.</p>
      </div>
      <Button onClick={onChange}>Change…</Button>
    </section>
  )
}
