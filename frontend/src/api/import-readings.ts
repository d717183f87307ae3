// Readings of a file into a device; the answer tells how far it is, and at its end what became of it.
import { parseImportLine, type ImportCounts, type ImportReport } from '../protocol/import-report'
import { json } from '../protocol/shape'
import { devicePath } from './device-path'
import { requestLines, ServerAway } from './request'

export type ImportAsk = {
  readonly device: string
  readonly file: File
  /** Only look at the file; store nothing. */
  readonly isDry: boolean
  readonly onProgress: (counts: ImportCounts) => void
}

export async function importReadings({ device, file, isDry, onProgress }: ImportAsk): Promise<ImportReport> {
  const path = `${devicePath(device)}import/?dry_run=${isDry}`
  let report: ImportReport | null = null
  await requestLines(path, { method: 'POST', file }, (line) => {
    const told = parseImportLine(json(line, 'import'))
    if (told.type === 'report') report = told
    else onProgress(told)
  })
  if (!report) throw new ServerAway('The server did not say what became of the file.')
  return report
}
