// Which devices are on the charts, and in which style: pure rules.
import { STYLES } from '../../charts/palette'
import type { LiveDevice } from '../../live/state'

export type ChartedDevice = { readonly device: LiveDevice; readonly slot: number }

/** More lines than this and a chart is a tangle; it also has no more styles than these. */
export const MOST_LINES = STYLES
const BY_DEFAULT = 8

export type Choice = Readonly<Record<string, boolean>>

/** The chosen ones, and then, as long as few are shown, those about which nothing was chosen. */
export function chartedDevices(ids: readonly string[], choice: Choice): string[] {
  const chosen = ids.filter((id) => choice[id] === true).slice(0, MOST_LINES)
  const room = Math.max(0, BY_DEFAULT - chosen.length)
  const byDefault = ids.filter((id) => choice[id] === undefined).slice(0, room)
  const charted = new Set([...chosen, ...byDefault])
  return ids.filter((id) => charted.has(id))
}

/** Each keeps the style it had; who has none, or meets another in it, takes the lowest that is free. */
export function assignSlots(
  charted: readonly string[],
  remembered: Readonly<Record<string, number>>,
): Map<string, number> {
  const slots = new Map<string, number>()
  const taken = new Set<number>()
  for (const id of charted) {
    const slot = remembered[id]
    if (slot === undefined || slot >= STYLES || taken.has(slot)) continue
    slots.set(id, slot)
    taken.add(slot)
  }
  for (const id of charted) {
    if (slots.has(id)) continue
    let free = 0
    while (taken.has(free)) free++
    slots.set(id, free)
    taken.add(free)
  }
  return slots
}
