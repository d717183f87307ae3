// Whether the server can make a file of a format: only what it may lack is asked about.
import { useEffect, useState } from 'react'
import { checkExport, type FileFormat } from '../../api/export-address'
import { problemOf, type Problem } from '../forms/api-problem'

const MAY_BE_MISSING: readonly FileFormat[] = ['parquet']

export function useExportCheck(device: string, format: FileFormat): Problem | null {
  const [found, setFound] = useState<{ format: FileFormat; problem: Problem } | null>(null)
  const [bug, setBug] = useState<{ cause: unknown } | null>(null)
  if (bug) throw new Error('An answer of the server could not be used.', bug)
  useEffect(() => {
    if (!MAY_BE_MISSING.includes(format)) return
    const stop = new AbortController()
    checkExport(device, format, stop.signal)
      .catch((error: unknown) => {
        if (!stop.signal.aborted) setFound({ format, problem: problemOf(error) })
      })
      .catch((cause: unknown) => setBug({ cause }))
    return () => stop.abort()
  }, [device, format])
  return found?.format === format ? found.problem : null
}
