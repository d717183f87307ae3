// Import a file of readings: first it is only looked at, then stored.
import { useState } from 'react'
import { importReadings } from '../../api/import-readings'
import { Button } from '../../components/button'
import { Dialog } from '../../components/dialog'
import { Field } from '../../components/field'
import { Notice } from '../../components/notice'
import type { ImportCounts, ImportReport } from '../../protocol/import-report'
import { ProblemNotice } from '../forms/problem-notice'
import { useCall } from '../forms/use-call'
import styles from './import-dialog.module.css'
import { progressWords, refusedWords, reportWords } from './report-words'

type ImportDialogProps = { readonly id: string; readonly name: string; readonly onClose: () => void }
type Told = { readonly report: ImportReport; readonly isDry: boolean }

export function ImportDialog({ id, name, onClose }: ImportDialogProps) {
  const [file, setFile] = useState<File | null>(null)
  const [progress, setProgress] = useState<ImportCounts | null>(null)
  const [told, setTold] = useState<Told | null>(null)
  const { busy, problem, run } = useCall()
  const send = (chosen: File, isDry: boolean) => {
    setProgress(null)
    run(
      () => importReadings({ device: id, file: chosen, isDry, onProgress: setProgress }),
      (report) => setTold({ report, isDry }),
    )
  }
  const isChecked = told?.isDry === true && told.report.read > 0
  return (
    <Dialog title={`Import into ${name}`} onClose={onClose} keepOpen={busy}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault()
          if (file) send(file, !isChecked)
        }}
      >
        <Field
          label="File"
          hint="CSV with the names of the columns in its first line, or JSON. What is there already is not stored twice."
          type="file"
          accept=".csv,.tsv,.txt,.json,.jsonl,.ndjson,text/csv"
          disabled={busy}
          onChange={(event) => {
            setFile(event.target.files?.[0] ?? null)
            setTold(null)
          }}
        />
        {busy && <Notice>{progress ? progressWords(progress) : 'Reading the file…'}</Notice>}
        {!busy && told && <Report {...told} />}
        <ProblemNotice problem={problem} />
        {told && !told.isDry ? (
          <Button weight="main" onClick={onClose}>
            Done
          </Button>
        ) : (
          <Button weight="main" type="submit" disabled={busy || !file}>
            {isChecked ? 'Import' : 'Check the file'}
          </Button>
        )}
      </form>
    </Dialog>
  )
}

function Report({ report, isDry }: Told) {
  const refused = refusedWords(report)
  return (
    <>
      <Notice>
        {reportWords(report, isDry).map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </Notice>
      {refused.length > 0 && (
        <Notice tone="warn">
          <p>{isDry ? 'This will not be taken:' : 'This was not taken:'}</p>
          <ul className={styles.refused}>
            {refused.map((words, index) => (
              <li key={index}>{words}</li>
            ))}
          </ul>
        </Notice>
      )}
    </>
  )
}
