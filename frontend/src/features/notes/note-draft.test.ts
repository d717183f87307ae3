import { expect, test } from 'vitest'
import { draftedNote, fieldsOf, type NoteFields } from './note-draft'

const SEED = { device: 'kitchen', startMs: 1_763_673_600_123, endMs: null, text: 'Window open' }
const fields = (over: Partial<NoteFields> = {}): NoteFields => ({ ...fieldsOf(SEED), ...over })

test('a note nobody touched stays exact to the millisecond', () => {
  expect(draftedNote(fields(), SEED)).toEqual({ note: SEED })
})

test('a span has an end, a moment none, whatever the field says', () => {
  const span = draftedNote(fields({ isSpan: true }), SEED)
  expect('note' in span && span.note.endMs).toBeGreaterThan(SEED.startMs)
  expect(draftedNote(fields({ isSpan: false, end: 'nonsense' }), SEED)).toEqual({ note: SEED })
})

test('white space becomes single spaces', () => {
  const drafted = draftedNote(fields({ text: '  Window\n open ' }), SEED)
  expect('note' in drafted && drafted.note.text).toBe('Window open')
})

test.each([
  [{ text: ' \n ' }, 'text', 'what happened'],
  [{ text: 'a'.repeat(501) }, 'text', '500 letters'],
  [{ start: '' }, 'start', 'say when'],
  [{ start: '1969-01-01T00:00:00' }, 'start', 'the year'],
  [{ isSpan: true, end: '' }, 'end', 'until when'],
  [{ isSpan: true, end: '2001-01-01T00:00:00' }, 'end', 'swapped'],
] as const)('%o is refused at its field, kindly', (over, field, words) => {
  const drafted = draftedNote(fields(over), SEED)
  expect(drafted).toMatchObject({ field })
  expect('problem' in drafted && drafted.problem).toContain(words)
})
