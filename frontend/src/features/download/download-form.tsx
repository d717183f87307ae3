// Take readings along as a file: of what is on screen or of everything, as they came or in averages.
import { useState } from 'react'
import { exportAddress, type FileFormat, type Resolution } from '../../api/export-address'
import { formatStretch } from '../../charts/format-time'
import { Button } from '../../components/button'
import { Icon } from '../../components/icon'
import { LinkButton } from '../../components/link-button'
import { Notice } from '../../components/notice'
import { Segmented } from '../../components/segmented'
import { SelectField } from '../../components/select-field'
import type { Stretch } from '../../live/view-window'
import styles from './download-form.module.css'
import { useExportCheck } from './use-export-check'

export type Downloadable = { readonly id: string; readonly name: string }

type DownloadFormProps = {
  /** One file is of one of these. */
  readonly devices: readonly [Downloadable, ...Downloadable[]]
  /** What is on screen. */
  readonly stretch: Stretch
}

const RESOLUTIONS: readonly { value: Resolution; label: string }[] = [
  { value: 'raw', label: 'Every reading' },
  { value: 'minute', label: 'Averages of minutes' },
  { value: 'quarter', label: 'Averages of quarters of an hour' },
  { value: 'hour', label: 'Averages of hours' },
  { value: 'day', label: 'Averages of days' },
]

const FORMATS: readonly { value: FileFormat; label: string; hint: string }[] = [
  { value: 'csv', label: 'CSV', hint: 'Opens in spreadsheets. Times are in UTC.' },
  {
    value: 'ndjson',
    label: 'NDJSON',
    hint: 'A JSON object in each line, for programs. Times are in milliseconds.',
  },
  { value: 'parquet', label: 'Parquet', hint: 'Small and fast, for pandas, DuckDB or Spark.' },
]

const SPANS = [
  { value: 'seen', label: 'What is on screen' },
  { value: 'all', label: 'Everything' },
] as const

export function DownloadForm({ devices, stretch }: DownloadFormProps) {
  const [device, setDevice] = useState(devices[0].id)
  const [span, setSpan] = useState<'seen' | 'all'>('seen')
  const [resolution, setResolution] = useState<Resolution>('raw')
  const [format, setFormat] = useState<FileFormat>('csv')
  const problem = useExportCheck(device, format)
  const address = exportAddress({ device, resolution, format, stretch: span === 'seen' ? stretch : null })
  return (
    <div className={styles.form}>
      {devices.length > 1 && (
        <SelectField
          label="Device"
          hint="A file holds one device."
          value={device}
          onChange={(event) => setDevice(event.target.value)}
        >
          {devices.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
      )}
      <div className={styles.choice}>
        <Segmented label="Time" options={SPANS} value={span} onChange={setSpan} />
        <p>{span === 'seen' ? formatStretch(stretch) : 'From the first reading that is kept to now.'}</p>
      </div>
      <SelectField
        label="What"
        hint={resolution === 'raw' ? undefined : 'With the lowest, the highest and the number of readings.'}
        value={resolution}
        onChange={(event) => setResolution(event.target.value as Resolution)}
      >
        {RESOLUTIONS.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </SelectField>
      <div className={styles.choice}>
        <Segmented label="Format" options={FORMATS} value={format} onChange={setFormat} />
        <p>{FORMATS.find(({ value }) => value === format)?.hint}</p>
      </div>
      {problem ? (
        <Notice tone="warn">{problem.fields.get('format')?.join(' ') ?? problem.words}</Notice>
      ) : null}
      <DownloadLink address={address} isPossible={problem === null} />
    </div>
  )
}

function DownloadLink({ address, isPossible }: { readonly address: string; readonly isPossible: boolean }) {
  const content = (
    <>
      <Icon name="download" /> Download
    </>
  )
  if (!isPossible) return <Button disabled>{content}</Button>
  return (
    <LinkButton weight="main" href={address} download data-testid="download">
      {content}
    </LinkButton>
  )
}
