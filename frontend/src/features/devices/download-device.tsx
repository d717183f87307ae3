// What a device measured, as a file.
import { Button } from '../../components/button'
import styles from './devices.module.css'

export function DownloadDevice({ onDownload }: { readonly onDownload: () => void }) {
  return (
    <section className={styles.section}>
      <div>
        <h3>Download</h3>
        <p>Its readings as a file, for a spreadsheet or a program.</p>
      </div>
      <Button onClick={onDownload}>Download…</Button>
    </section>
  )
}
