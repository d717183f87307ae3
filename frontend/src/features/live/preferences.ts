// What the reader chose to see, remembered in this browser.
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import { readStored, writeStored } from '../../components/stored'
import { bool, list, number, object, text } from '../../protocol/shape'
import type { Choice } from './charted-devices'

type Preferences = {
  readonly choice: Choice
  readonly slots: Readonly<Record<string, number>>
  readonly metrics: readonly string[]
}

const KEY = 'sense-live.view'
const NONE: Preferences = { choice: {}, slots: {}, metrics: [] }

function record<T>(value: unknown, where: string, item: (value: unknown, where: string) => T) {
  return Object.fromEntries(Object.entries(object(value, where)).map(([key, one]) => [key, item(one, key)]))
}

function parse(value: unknown): Preferences {
  const raw = object(value, 'view')
  return {
    choice: record(raw.choice, 'view.choice', bool),
    slots: record(raw.slots, 'view.slots', number),
    metrics: list(raw.metrics, 'view.metrics', text),
  }
}

export const preferences = createStore<Preferences>()(() => readStored(KEY, parse, NONE))

preferences.subscribe((state) => writeStored(KEY, state))

export function usePreferences<T>(select: (state: Preferences) => T): T {
  return useStore(preferences, select)
}

export function chooseDevice(id: string, shown: boolean): void {
  preferences.setState(({ choice }) => ({ choice: { ...choice, [id]: shown } }))
}

export function chooseMetric(name: string, shown: boolean): void {
  preferences.setState(({ metrics }) => ({
    metrics: shown ? [...new Set([...metrics, name])] : metrics.filter((one) => one !== name),
  }))
}

export function rememberSlots(slots: ReadonlyMap<string, number>): void {
  const known = preferences.getState().slots
  const changed = [...slots].some(([id, slot]) => known[id] !== slot)
  if (changed) preferences.setState({ slots: { ...known, ...Object.fromEntries(slots) } })
}
