// What a webhook is told of, to tick.
import { CheckList } from '../../components/check-list'
import { eventGroups } from './events'

type EventFieldsProps = {
  readonly chosen: readonly string[]
  readonly error: string | undefined
  readonly onChange: (chosen: readonly string[]) => void
}

export function EventFields({ chosen, error, onChange }: EventFieldsProps) {
  return (
    <>
      {eventGroups(chosen).map(({ label, events }, at) => (
        <CheckList
          key={label}
          label={label}
          options={events}
          chosen={chosen}
          error={at === 0 ? error : undefined}
          onChange={onChange}
        />
      ))}
    </>
  )
}
