// Which devices a webhook is told of: all, or some.
import { CheckList } from '../../components/check-list'
import { Segmented } from '../../components/segmented'
import { useLiveState } from '../../live/use-live'

type DeviceFieldsProps = {
  /** Null for all. */
  readonly chosen: readonly string[] | null
  readonly error: string | undefined
  readonly onChange: (chosen: readonly string[] | null) => void
}

const CHOICES = [
  { value: 'all', label: 'All devices' },
  { value: 'some', label: 'Some of them' },
] as const

export function DeviceFields({ chosen, error, onChange }: DeviceFieldsProps) {
  const devices = useLiveState((state) => state.devices)
  // A device that is not seen any more stays chosen until somebody takes it out.
  const ids = [...new Set([...devices.keys(), ...(chosen ?? [])])]
  return (
    <>
      <div>
        <Segmented
          label="Devices"
          options={CHOICES}
          value={chosen === null ? 'all' : 'some'}
          onChange={(value) => onChange(value === 'all' ? null : [])}
        />
      </div>
      {chosen !== null && (
        <CheckList
          label="Only of these"
          options={ids.map((id) => ({ value: id, label: devices.get(id)?.name ?? id }))}
          chosen={chosen}
          error={error}
          onChange={onChange}
        />
      )}
    </>
  )
}
