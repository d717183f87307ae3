// People name their groups: when one is renamed or deleted, they follow, as the server has them.
import { useEffect, useRef } from 'react'
import type { Group, Person } from '../../protocol/person'
import type { LiveList } from '../forms/use-live-list'

type Names = ReadonlyMap<string, string>

export function useGroupNames(people: LiveList<Person>, groups: LiveList<Group>): void {
  const known = useRef<Names>(new Map())
  useEffect(() => {
    if (people.loaded.state !== 'there' || groups.loaded.state !== 'there') return
    const names: Names = new Map(groups.loaded.value.map(({ id, name }) => [id, name]))
    const stale = [...known.current].filter(([id, name]) => names.get(id) !== name)
    known.current = names
    if (stale.length === 0) return
    const renamed = new Map(stale.map(([id, name]) => [name, names.get(id)]))
    people.loaded.value
      .filter((person) => person.groups.some((name) => renamed.has(name)))
      .forEach((person) => people.put({ ...person, groups: followed(person.groups, renamed) }))
  }, [people, groups])
}

function followed(groups: readonly string[], renamed: ReadonlyMap<string, string | undefined>): string[] {
  return groups.flatMap((name) => (renamed.has(name) ? (renamed.get(name) ?? []) : name))
}
