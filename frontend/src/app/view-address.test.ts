import { describe, expect, test } from 'vitest'
import type { ViewWindow } from '../live/view-window'
import { addressFor, viewOf } from './view-address'

const HOUR_MS = 3_600_000
const at = (view: ViewWindow, address = 'http://sense/') => addressFor(view, address)

describe('the window in the address', () => {
  test.each<[ViewWindow, string]>([
    [{ mode: 'live', spanMs: 300_000 }, '/'],
    [{ mode: 'live', spanMs: 6 * HOUR_MS }, '/?span=6h'],
    [{ mode: 'live', spanMs: 365 * 24 * HOUR_MS }, '/?span=1y'],
    [{ mode: 'live', spanMs: 83_000 }, '/?span=83s'],
    [
      { mode: 'fixed', fromMs: 1_763_640_000_000, toMs: 1_763_643_600_500 },
      '/?from=2025-11-20T12:00:00Z&to=2025-11-20T13:00:00.500Z',
    ],
  ])('%j is written as %s, and read again as it was', (view, address) => {
    expect(at(view)).toBe(address)
    if (address !== '/') expect(viewOf(new URL(address, 'http://sense').search)).toEqual(view)
  })

  test('leaves the rest of the address as it is', () => {
    expect(at({ mode: 'live', spanMs: HOUR_MS }, 'http://sense/?from=x&a=b#charts')).toBe(
      '/?a=b&span=1h#charts',
    )
  })

  test.each([
    '',
    '?span=',
    '?span=5',
    '?span=-5h',
    '?span=99999y',
    '?from=yesterday&to=today',
    '?to=2025-01-01',
  ])('is the usual one where %j makes no sense', (search) => expect(viewOf(search)).toBeNull())

  test('is the usual one where the end is before the beginning', () => {
    expect(viewOf('?from=2025-11-20T12:00:00Z&to=2025-11-19T12:00:00Z')).toBeNull()
  })
})
