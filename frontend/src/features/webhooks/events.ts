// What a webhook can be told, in groups, as people would say it.

export type EventGroup = {
  readonly label: string
  readonly events: readonly { readonly value: string; readonly label: string }[]
}

const CHANGES = [
  ['added', 'Added'],
  ['updated', 'Changed'],
  ['removed', 'Removed'],
] as const

function changesOf(model: string, label: string): EventGroup {
  return { label, events: CHANGES.map(([name, words]) => ({ value: `${model}.${name}`, label: words })) }
}

const GROUPS: readonly EventGroup[] = [
  {
    label: 'A device comes and goes',
    events: [
      { value: 'presence.online', label: 'Came online' },
      { value: 'presence.offline', label: 'Went offline' },
    ],
  },
  changesOf('device', 'Devices'),
  changesOf('metric', 'Metrics'),
  changesOf('annotation', 'Notes'),
]

const KNOWN = new Set(GROUPS.flatMap(({ events }) => events.map(({ value }) => value)))

/** A newer server may know more: what is chosen already is shown, and not lost. */
export function eventGroups(chosen: readonly string[]): readonly EventGroup[] {
  const others = chosen.filter((event) => !KNOWN.has(event))
  if (others.length === 0) return GROUPS
  return [...GROUPS, { label: 'Others', events: others.map((event) => ({ value: event, label: event })) }]
}

/** "Devices: added, removed" and so on. */
export function eventWords(chosen: readonly string[]): string {
  return eventGroups(chosen)
    .map(({ label, events }) => {
      const names = events.filter(({ value }) => chosen.includes(value))
      return { label, names: names.map((one) => one.label.toLowerCase()) }
    })
    .filter(({ names }) => names.length > 0)
    .map(({ label, names }) => `${label}: ${names.join(', ')}`)
    .join(' · ')
}
