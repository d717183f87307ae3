// Where a browser downloads what is kept of a device, and whether the server can make such a file.
import { devicePath } from './device-path'
import { probe } from './request'

export type Resolution = 'raw' | 'minute' | 'quarter' | 'hour' | 'day'
export type FileFormat = 'csv' | 'ndjson' | 'parquet'

export type ExportAsk = {
  readonly device: string
  readonly resolution: Resolution
  readonly format: FileFormat
  /** Null for all there is; `toMs` is exclusive. */
  readonly stretch: { readonly fromMs: number; readonly toMs: number } | null
}

export function exportAddress({ device, resolution, format, stretch }: ExportAsk): string {
  const query = new URLSearchParams({
    ...(stretch && { start: String(Math.floor(stretch.fromMs)), end: String(Math.ceil(stretch.toMs)) }),
    resolution,
    format,
  })
  return `${devicePath(device)}export/?${query}`
}

/** A link can only fail; this tells why it would. Of a moment without readings, so that nothing is made. */
export function checkExport(device: string, format: FileFormat, signal: AbortSignal): Promise<void> {
  const nothing = { fromMs: 0, toMs: 1 }
  return probe(exportAddress({ device, format, resolution: 'raw', stretch: nothing }), { signal })
}
