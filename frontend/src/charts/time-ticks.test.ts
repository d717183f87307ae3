import { describe, expect, test } from 'vitest'
import { formatPointStretch, formatStretch } from './format-time'
import { timeTicks } from './time-ticks'

const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

// A zone whose clock is set twice a year. Each test file has a process of its own.
process.env.TZ = 'Europe/Berlin'

function words(fromMs: number, spanMs: number, most = 8): string[] {
  return timeTicks({ fromMs, toMs: fromMs + spanMs }, most).map((tick) => tick.words)
}

const at = (...parts: [number, number, number?, number?, number?]) => new Date(...parts).getTime()

describe('the labels of the axis of time', () => {
  test.each([
    [
      'ten seconds',
      at(2025, 10, 20, 12, 5),
      10_000,
      ['12:05', '12:05:02', '12:05:04', '12:05:06', '12:05:08', '12:05:10'],
    ],
    [
      'five minutes',
      at(2025, 10, 20, 12, 2),
      300_000,
      ['12:02', '12:03', '12:04', '12:05', '12:06', '12:07'],
    ],
    [
      'a day',
      at(2025, 10, 20, 14),
      DAY_MS,
      ['15:00', '18:00', '21:00', '21 Nov', '03:00', '06:00', '09:00', '12:00'],
    ],
    [
      'a week',
      at(2025, 10, 20, 14),
      7 * DAY_MS,
      ['21 Nov', '22 Nov', '23 Nov', '24 Nov', '25 Nov', '26 Nov', '27 Nov'],
    ],
    ['a year', at(2025, 5, 10), 365 * DAY_MS, ['Jul', 'Sep', 'Nov', '2026', 'Mar', 'May']],
    ['ten years', at(2016, 5, 10), 3650 * DAY_MS, ['2018', '2020', '2022', '2024', '2026']],
  ])('of %s are round', (_, fromMs, spanMs, expected) => {
    expect(words(fromMs, spanMs)).toEqual(expected)
  })

  test.each([
    ['forward', at(2025, 2, 29, 18)],
    ['back', at(2025, 9, 25, 18)],
  ])('stay on round hours where the clock is set %s', (_, fromMs) => {
    expect(words(fromMs, 24 * HOUR_MS, 10).slice(0, 5)).toEqual([
      '18:00',
      '21:00',
      expect.stringMatching(/^\d+ /),
      '03:00',
      '06:00',
    ])
  })

  test('come once each, ascending and no more than asked, whatever the stretch', () => {
    for (let spanMs = 10_000; spanMs < 3650 * DAY_MS; spanMs *= 1.37) {
      const fromMs = at(2024, 1, 1) - spanMs / 3
      const times = timeTicks({ fromMs, toMs: fromMs + spanMs }, 6).map(({ timeMs }) => timeMs)
      expect(times).toEqual([...new Set(times)].sort((a, b) => a - b))
      expect(times.length).toBeLessThanOrEqual(8)
      expect(times.length, `${spanMs}`).toBeGreaterThan(1)
    }
  })
})

test('a stretch names no day twice', () => {
  const fromMs = at(2025, 10, 20, 12)
  expect(formatStretch({ fromMs, toMs: fromMs + 2 * HOUR_MS })).toBe('20 Nov 2025, 12:00 – 14:00')
  expect(formatStretch({ fromMs, toMs: fromMs + DAY_MS })).toBe('20 Nov 2025, 12:00 – 21 Nov 2025, 12:00')
})

test('the points of days are told as days, of 25 hours too', () => {
  const fromMs = at(2025, 9, 26)
  expect(formatPointStretch({ fromMs, toMs: fromMs + DAY_MS })).toBe('26 Oct 2025')
  expect(formatPointStretch({ fromMs, toMs: fromMs + 2 * DAY_MS })).toBe('26 Oct – 27 Oct 2025')
  expect(formatPointStretch({ fromMs: fromMs + HOUR_MS, toMs: fromMs + 2 * HOUR_MS })).toBe(
    '26 Oct 2025, 01:00 – 02:00',
  )
})
