import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as step from './view-window'
import type { ViewWindow } from './view-window'

const NOW_MS = 1_763_673_600_000
const HOUR_MS = 3_600_000
const LIVE: ViewWindow = { mode: 'live', spanMs: HOUR_MS }
const PAST = { mode: 'fixed', fromMs: NOW_MS - 3 * HOUR_MS, toMs: NOW_MS - 2 * HOUR_MS } as const

describe('zooming', () => {
  test('keeps what is under the pointer where it is', () => {
    const next = step.stretch(step.zoomed(PAST, 0.5, 0.25, NOW_MS), NOW_MS)
    expect(next).toMatchObject({ fromMs: PAST.fromMs + HOUR_MS / 8, toMs: PAST.fromMs + HOUR_MS * 0.625 })
  })

  test('out of a live window, or in at its right edge, stays live', () => {
    expect(step.zoomed(LIVE, 2, 0.3, NOW_MS)).toEqual({ mode: 'live', spanMs: 2 * HOUR_MS })
    expect(step.zoomed(LIVE, 0.5, 1, NOW_MS)).toEqual({ mode: 'live', spanMs: HOUR_MS / 2 })
  })

  test('into the middle of a live window stands still there', () => {
    const view = step.zoomed(LIVE, 0.5, 0.5, NOW_MS)
    expect(view).toEqual({ mode: 'fixed', fromMs: NOW_MS - 0.75 * HOUR_MS, toMs: NOW_MS - 0.25 * HOUR_MS })
  })

  test('never leaves ten seconds to ten years, and never goes past now', () => {
    const acts = fc.array(
      fc.tuple(fc.double({ min: 0.01, max: 100, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
    )
    fc.assert(
      fc.property(acts, (zooms) => {
        let view: ViewWindow = PAST
        for (const [factor, share] of zooms) view = step.zoomed(view, factor, share, NOW_MS)
        expect(step.spanMs(view)).toBeGreaterThanOrEqual(step.SHORTEST_SPAN_MS - 1)
        expect(step.spanMs(view)).toBeLessThanOrEqual(step.LONGEST_SPAN_MS + 1)
        expect(step.stretch(view, NOW_MS).toMs).toBeLessThanOrEqual(NOW_MS)
        expect(step.stretch(view, NOW_MS).fromMs).toBeGreaterThanOrEqual(0)
      }),
    )
  })
})

describe('panning', () => {
  test('to earlier times stands still there', () => {
    expect(step.panned(LIVE, -HOUR_MS, NOW_MS)).toEqual({
      mode: 'fixed',
      fromMs: NOW_MS - 2 * HOUR_MS,
      toMs: NOW_MS - HOUR_MS,
    })
  })

  test('to the end goes on live, as long as the window was', () => {
    expect(step.panned(PAST, HOUR_MS, NOW_MS).mode).toBe('fixed')
    expect(step.panned(PAST, 2 * HOUR_MS, NOW_MS)).toEqual(LIVE)
  })
})

test('only short windows near now are drawn from single readings', () => {
  expect(step.showsReadings(LIVE, NOW_MS)).toBe(true)
  expect(step.showsReadings({ mode: 'live', spanMs: 2 * HOUR_MS }, NOW_MS)).toBe(false)
  expect(step.showsReadings(PAST, NOW_MS)).toBe(false)
})

test('a window chosen by hand ends now at the latest', () => {
  const view = step.fixed({ fromMs: NOW_MS - HOUR_MS, toMs: NOW_MS + HOUR_MS }, NOW_MS)
  expect(step.stretch(view, NOW_MS).toMs).toBe(NOW_MS)
})

describe('a window within bounds', () => {
  const pinned = { fromMs: NOW_MS - 10 * HOUR_MS, toMs: NOW_MS - 2 * HOUR_MS }
  const fixedAt = (fromMs: number, toMs: number) => ({ mode: 'fixed', fromMs, toMs }) as const

  test.each([
    [
      'stays where it fits',
      fixedAt(NOW_MS - 5 * HOUR_MS, NOW_MS - 4 * HOUR_MS),
      fixedAt(NOW_MS - 5 * HOUR_MS, NOW_MS - 4 * HOUR_MS),
    ],
    [
      'is moved back from its end',
      fixedAt(NOW_MS - 2 * HOUR_MS, NOW_MS),
      fixedAt(NOW_MS - 4 * HOUR_MS, NOW_MS - 2 * HOUR_MS),
    ],
    [
      'is moved on from its beginning',
      fixedAt(NOW_MS - 20 * HOUR_MS, NOW_MS - 19 * HOUR_MS),
      fixedAt(NOW_MS - 10 * HOUR_MS, NOW_MS - 9 * HOUR_MS),
    ],
    [
      'is no longer than they are',
      fixedAt(NOW_MS - 90 * HOUR_MS, NOW_MS),
      fixedAt(NOW_MS - 10 * HOUR_MS, NOW_MS - 2 * HOUR_MS),
    ],
    [
      'does not run',
      { mode: 'live', spanMs: HOUR_MS } as const,
      fixedAt(NOW_MS - 3 * HOUR_MS, NOW_MS - 2 * HOUR_MS),
    ],
  ])('%s', (_, view, expected) => {
    expect(step.within(view, pinned, NOW_MS)).toEqual(expected)
    expect(step.within(expected, pinned, NOW_MS)).toBe(expected)
  })

  test('that have no end runs on, and looks back no further than they begin', () => {
    const since = { fromMs: NOW_MS - 2 * HOUR_MS, toMs: null }
    const running = { mode: 'live', spanMs: 24 * HOUR_MS } as const
    expect(step.within(running, since, NOW_MS)).toBe(running)
    const back = fixedAt(NOW_MS - 30 * HOUR_MS, NOW_MS - 29 * HOUR_MS)
    expect(step.within(back, since, NOW_MS)).toEqual(fixedAt(NOW_MS - 2 * HOUR_MS, NOW_MS - HOUR_MS))
    expect(step.within(back, step.EVERYTHING, NOW_MS)).toBe(back)
  })
})
