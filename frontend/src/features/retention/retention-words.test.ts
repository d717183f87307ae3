import { expect, test } from 'vitest'
import type { Due } from '../../protocol/retention'
import {
  chosenDays,
  daysWords,
  dueWords,
  following,
  periodChoices,
  periodProblem,
  totalDue,
} from './retention-words'

const due = (level: string, rows: number, more = false): Due => ({ level, untilMs: 1, rows, more })
const KEPT = { raw: 30, minute: 365, hour: 0 }

test.each([
  [0, 'for ever'],
  [1, '1 day'],
  [30, '30 days'],
  [365, '1 year'],
  [3_650, '10 years'],
  [400, '400 days'],
])('%i days are %s', (days, words) => expect(daysWords(days)).toBe(words))

test('what will go is told with its number and its age', () => {
  expect(dueWords([due('raw', 1_204_000), due('minute', 1), due('quarter', 0)], KEPT)).toEqual([
    '1,204,000 readings older than 30 days will be deleted within the hour.',
    '1 average of a minute older than 1 year will be deleted within the hour.',
  ])
})

test('what was not counted to its end is more than that', () => {
  expect(dueWords([due('raw', 1_000_000, true)], KEPT)[0]).toMatch(/^More than 1,000,000 readings/)
})

test('of what is kept for ever nothing goes', () => {
  expect(dueWords([due('hour', 5)], KEPT)).toEqual([])
})

test('devices are counted together', () => {
  const total = totalDue([[due('raw', 2), due('hour', 1)], [due('raw', 3, true)]])
  expect(total).toMatchObject([
    { level: 'raw', rows: 5, more: true },
    { level: 'hour', rows: 1, more: false },
  ])
})

test('the period that is set can be chosen, however unusual, and ever comes last', () => {
  const values = periodChoices(45, null).map(({ value }) => Number(value))
  expect(values).toContain(45)
  expect(values.at(-1)).toBe(0)
})

test('a device may follow the installation', () => {
  expect(periodChoices(null, 30)[0]).toEqual({ value: '', label: 'As the installation (30 days)' })
  expect(chosenDays('')).toBeNull()
  expect(following({ raw: null, minute: 7, hour: null }, KEPT)).toEqual({ raw: 30, minute: 7, hour: 0 })
})

test.each([
  [{ raw: 30, minute: 7, hour: 0 }, 'minute', 'Readings are kept 30 days'],
  [{ raw: 0, minute: 365, hour: 0 }, 'minute', 'Readings are kept for ever'],
  [{ raw: 7, minute: 0, hour: 3_650 }, 'hour', 'Minutes are kept for ever'],
] as const)('what is made from something is kept as long: %o', (kept, level, words) => {
  expect(periodProblem(kept)).toMatchObject({ level })
  expect(periodProblem(kept)?.words).toContain(words)
})

test('as long as what lies below it is long enough, and so is ever', () => {
  expect(periodProblem({ raw: 30, minute: 30, hour: 0 })).toBeNull()
  expect(periodProblem({ raw: 0, minute: 0, hour: 0 })).toBeNull()
})
