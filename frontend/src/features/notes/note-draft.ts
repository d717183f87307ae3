// A note as written into the fields of a form, and what is wrong with it in kind words: pure.
import type { Annotation } from '../../protocol/annotation'
import { fieldText, fieldTimeMs } from '../forms/time-field'

export const LONGEST_TEXT = 500

/** All but the text belongs to a note that is still to be written. */
export type NoteSeed = Pick<Annotation, 'device' | 'startMs' | 'endMs' | 'text'>

export type NoteFields = {
  readonly text: string
  readonly device: string | null
  readonly start: string
  readonly isSpan: boolean
  readonly end: string
}

export type NoteField = 'text' | 'start' | 'end'
export type DraftedNote =
  { readonly note: NoteSeed } | { readonly field: NoteField; readonly problem: string }

// Where a span is chosen for a moment, its end is not the start itself.
const USUAL_SPAN_MS = 600_000

export function fieldsOf({ text, device, startMs, endMs }: NoteSeed): NoteFields {
  const end = fieldText(endMs ?? startMs + USUAL_SPAN_MS)
  return { text, device, start: fieldText(startMs), isSpan: endMs !== null, end }
}

export function draftedNote(fields: NoteFields, seed: NoteSeed): DraftedNote {
  const text = fields.text.replace(/\s+/g, ' ').trim()
  const startMs = fieldTimeMs(fields.start, seed.startMs)
  const endMs = fields.isSpan ? fieldTimeMs(fields.end, seed.endMs) : null
  if (!text) return { field: 'text', problem: 'Please write what happened.' }
  if (text.length > LONGEST_TEXT)
    return { field: 'text', problem: `Please keep it to ${LONGEST_TEXT} letters.` }
  if (Number.isNaN(startMs)) return { field: 'start', problem: 'Please say when, with date and time.' }
  if (startMs < 0) return { field: 'start', problem: 'That is very long ago. Is the year right?' }
  if (endMs !== null && Number.isNaN(endMs)) {
    return { field: 'end', problem: 'Please say until when, with date and time.' }
  }
  if (endMs !== null && endMs <= startMs) {
    return { field: 'end', problem: 'The end comes before the beginning. Are the two swapped?' }
  }
  return { note: { device: fields.device, startMs, endMs, text } }
}
