// What became of a file, in sentences. Pure.
import type { ImportCounts, ImportReport } from '../../protocol/import-report'

const count = (number: number, noun: string) =>
  `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`

export function progressWords({ read }: ImportCounts): string {
  return `${count(read, 'reading')} so far…`
}

export function reportWords(report: ImportReport, isDry: boolean): string[] {
  const { read, stored, duplicates, olderThanKept, metrics } = report
  const outcome = isDry
    ? `${count(read, 'reading')} in the file. Nothing is stored yet.`
    : `${count(read, 'reading')} in the file: ${stored.toLocaleString('en')} are new, ${duplicates.toLocaleString('en')} were there already.`
  const verb = olderThanKept === 1 ? 'is' : 'are'
  const old = `${count(olderThanKept, 'reading')} ${verb} older than you keep them, and will be deleted within the hour.`
  return [
    outcome,
    ...(olderThanKept ? [old] : []),
    ...(metrics.length ? [`New for this device: ${metrics.join(', ')}.`] : []),
  ]
}

/** What was refused: how many, and the first lines of each kind. */
export function refusedWords({ refused, error }: ImportReport): string[] {
  const lines = refused.flatMap(({ count: number, examples }) => {
    const shown = examples.map(({ line, detail }) => `Line ${line}: ${detail}`)
    const more = number - examples.length
    return more > 0 ? [...shown, `and ${more.toLocaleString('en')} more like these.`] : shown
  })
  return error ? [...lines, error] : lines
}
