// What was measured elsewhere, or before, into a device.
import { Button } from '../../components/button'
import styles from './devices.module.css'

export function ImportIntoDevice({ onImport }: { readonly onImport: () => void }) {
  return (
    <section className={styles.section}>
      <div>
        <h3>Import</h3>
        <p>Readings of a file, from another logger or an earlier download.</p>
      </div>
      <Button onClick={onImport}>Import…</Button>
    </section>
  )
}
