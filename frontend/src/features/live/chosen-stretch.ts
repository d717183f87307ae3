// Two times as written into the fields of a form, and what is wrong with them in kind words: pure.
import { LONGEST_SPAN_MS, SHORTEST_SPAN_MS, type Stretch } from '../../live/view-window'

export type ChosenStretch =
  { readonly stretch: Stretch } | { readonly field: 'from' | 'to'; readonly problem: string }

export function chosenStretch(from: string, to: string, nowMs: number): ChosenStretch {
  const fromMs = Date.parse(from)
  const endMs = Date.parse(to)
  if (Number.isNaN(fromMs)) return { field: 'from', problem: 'Please say from when, with date and time.' }
  if (Number.isNaN(endMs)) return { field: 'to', problem: 'Please say until when, with date and time.' }
  if (fromMs < 0) return { field: 'from', problem: 'Nothing was measured that long ago. Is the year right?' }
  if (fromMs >= nowMs)
    return { field: 'from', problem: 'That is still to come: please choose a time before now.' }
  const toMs = Math.min(endMs, nowMs)
  if (toMs <= fromMs)
    return { field: 'to', problem: 'The end comes before the beginning. Are the two swapped?' }
  if (toMs - fromMs < SHORTEST_SPAN_MS) {
    return { field: 'to', problem: 'That is very short: please leave at least ten seconds between the two.' }
  }
  if (toMs - fromMs > LONGEST_SPAN_MS) {
    return { field: 'from', problem: 'That is very long: ten years at a time are the most.' }
  }
  return { stretch: { fromMs, toMs } }
}
