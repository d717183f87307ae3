import { describe, expect, test } from 'vitest'
import type { LiveDevice } from '../../live/state'
import { SeriesBuffer } from '../../live/series-buffer'
import { undescribed } from '../../protocol/metric'
import { pieceFrom } from '../../testing/pieces'
import { fieldText } from '../forms/time-field'
import { chosenStretch } from './chosen-stretch'
import { assignSlots, chartedDevices } from './charted-devices'
import { chartSummary } from './chart-summary'
import { inOrder, metricsAlwaysCharted } from './shown-metrics'
import { sparklinePath } from './sparkline'
import { tableRows } from './table-rows'
import {
  formatAge,
  formatConnection,
  formatMeasure,
  formatPresence,
  formatSpan,
  formatStep,
  isStale,
} from './words'

const ids = (count: number) => Array.from({ length: count }, (_, index) => `device-${index}`)

describe('the devices on the charts', () => {
  test('are all of a few, and eight of many', () => {
    expect(chartedDevices(ids(3), {})).toEqual(ids(3))
    expect(chartedDevices(ids(30), {})).toEqual(ids(8))
  })

  test('are those chosen, twenty at most', () => {
    const everyone = Object.fromEntries(ids(30).map((id) => [id, true]))
    expect(chartedDevices(ids(30), everyone)).toHaveLength(20)
    expect(chartedDevices(ids(3), { 'device-1': false })).toEqual(['device-0', 'device-2'])
  })

  test('keep their colour while others come and go', () => {
    const first = assignSlots(['a', 'b', 'c'], {})
    const without = assignSlots(['b', 'c'], Object.fromEntries(first))
    expect(without.get('c')).toBe(first.get('c'))
    const other = assignSlots(['b', 'c', 'd'], Object.fromEntries(first))
    expect(other.get('d')).toBe(first.get('a'))
    expect(new Set(assignSlots(ids(20), {}).values()).size).toBe(20)
  })
})

describe('the metrics', () => {
  test('begin with those of every board', () => {
    expect(inOrder(['yaw', 'pressure', 'co2', 'temperature'])).toEqual([
      'temperature',
      'pressure',
      'co2',
      'yaw',
    ])
  })

  test('get charts even where none of the usual ones is measured', () => {
    expect(metricsAlwaysCharted(['co2', 'soil'])).toEqual(['co2', 'soil'])
    expect(metricsAlwaysCharted(['temperature', 'co2'])).toEqual(['temperature'])
  })
})

describe('words', () => {
  const device: LiveDevice = {
    id: 'k',
    name: 'K',
    enabled: true,
    intervalMs: 1000,
    metrics: [],
    createdMs: 0,
    groups: null,
    online: false,
    lastSeenMs: null,
  }

  test('for an age', () => {
    expect([500, 12_000, 180_000, 7_200_000, 86_400_000, 300_000_000].map(formatAge)).toEqual([
      'now',
      '12 s ago',
      '3 min ago',
      '2 h ago',
      'yesterday',
      '3 days ago',
    ])
  })

  test('for a device that is there, away, new, or not allowed', () => {
    const words = (over: object, context: object = {}) =>
      formatPresence({ ...device, ...over }, { nowMs: 180_000, connected: true, sinceMs: null, ...context })
    expect(words({ online: true })).toBe('Online')
    expect(words({ online: true }, { connected: false })).toBe('Was online')
    expect(words({ lastSeenMs: 0 })).toBe('Offline, last seen 3 min ago')
    expect(words({})).toBe('Never connected')
    expect(words({}, { sinceMs: Date.UTC(2025, 10, 20, 12) })).toMatch(/^Nothing since 20 Nov/)
    expect(words({ online: true, enabled: false })).toBe('Disabled')
  })

  test('for the connection', () => {
    expect(formatConnection({ state: 'waiting', retryAtMs: 4_200 }, 1_000)).toBe('Reconnecting in 4 s')
    expect(formatConnection({ state: 'live' }, 0)).toBe('Live')
  })

  test('for a measure', () => {
    expect(formatMeasure({ ...undescribed('t'), unit: '°C', decimals: 1 }, 21.46)).toBe('21.5 °C')
    expect(formatMeasure({ ...undescribed('yaw'), unit: '°', decimals: 0 }, 12.2)).toBe('12°')
    expect(formatMeasure(undescribed('co2'), 600)).toBe('600.00')
  })

  test('for a span and a whole chart', () => {
    const spans = [10_000, 60_000, 5_400_000, 86_400_000, 7 * 86_400_000, 365 * 86_400_000, 400 * 86_400_000]
    expect(spans.map(formatSpan)).toEqual([
      '10 seconds',
      '1 minute',
      '1 hour 30 minutes',
      '24 hours',
      '7 days',
      '1 year',
      '1 year 35 days',
    ])
    expect([1_000, 120_000, 10_800_000, 90_000_000].map(formatStep)).toEqual(['1 s', '2 min', '3 h', '1 d'])
    const summary = chartSummary({ ...undescribed('t'), label: 'Temperature' }, 60_000, [
      { name: 'Kitchen', value: 2 },
    ])
    expect(summary).toBe('Line chart of Temperature over 1 minute. Newest values: Kitchen 2.00.')
  })

  test('a value is stale when several readings should have come', () => {
    expect(isStale(9_000, 1_000)).toBe(false)
    expect(isStale(11_000, 1_000)).toBe(true)
    expect(isStale(60_000, 30_000)).toBe(false)
  })
})

describe('a buffer', () => {
  const buffer = new SeriesBuffer()
  const timeMs = [0, 1000, 2000, 30_000]
  buffer.merge({ device: 'k', timeMs, values: new Map([['a', [1, 2, null, 4]]]) })

  const source = {
    device: 'k',
    version: 0,
    intervalMs: 1000,
    slot: 0,
    view: () => buffer.view(),
    wholeFromMs: 0,
    pieces: () => [],
    late: [],
  }

  test('as a table has the newest first, without what is missing, and no more than asked', () => {
    const rows = tableRows([{ device: 'K', source }], 'a', { fromMs: 500, toMs: 40_000 }, 10)
    expect(rows.map((row) => row.value)).toEqual([4, 2])
    expect(tableRows([{ device: 'K', source }], 'a', { fromMs: 0, toMs: 40_000 }, 1)).toHaveLength(1)
  })

  test('that begins in the window has averages before it in the table', () => {
    const piece = pieceFrom(-10_000, 5_000, [7, 8])
    const averaged = { ...source, pieces: () => [piece], wholeFromMs: Infinity }
    const rows = tableRows([{ device: 'K', source: averaged }], 'a', { fromMs: -20_000, toMs: 40_000 }, 10)
    expect(rows.map((row) => row.value)).toEqual([4, 2, 1, 8, 7])
    expect(rows.at(-1)?.group).toEqual({ fromMs: -10_000, toMs: -5_000, low: 6, high: 8, count: 60 })
  })

  test('as a sparkline lifts the pen over a gap', () => {
    const ask = { fromMs: 0, toMs: 40_000, intervalMs: 1000, smallest: 1, circle: undefined }
    const path = sparklinePath(buffer.view(), 'a', ask)
    expect(path.match(/M/g)).toHaveLength(2)
    expect(path).not.toContain('NaN')
    expect(sparklinePath(undefined, 'a', ask)).toBe('')
  })
})

describe('a time written by hand', () => {
  const nowMs = new Date(2025, 10, 20, 12).getTime()

  test('is shown as it is meant, and ends now at the latest', () => {
    const fromMs = nowMs - 3_600_000
    expect(chosenStretch(fieldText(fromMs), fieldText(nowMs), nowMs)).toEqual({
      stretch: { fromMs, toMs: nowMs },
    })
    expect(chosenStretch('2025-11-20T10:00', '2025-12-24T10:00', nowMs)).toMatchObject({
      stretch: { toMs: nowMs },
    })
  })

  test.each([
    ['', '2025-11-20T10:00', 'from', 'Please say from when'],
    ['2025-11-20T10:00', '', 'to', 'Please say until when'],
    ['2025-11-20T10:00', '2025-11-20T09:00', 'to', 'The end comes before the beginning'],
    ['2025-11-20T10:00:00', '2025-11-20T10:00:05', 'to', 'ten seconds'],
    ['2025-11-20T13:00', '2025-11-20T14:00', 'from', 'still to come'],
    ['2001-11-20T13:00', '2025-11-20T10:00', 'from', 'ten years'],
    ['1025-11-20T13:00', '2025-11-20T10:00', 'from', 'Is the year right?'],
  ])('from %j to %j says kindly at “%s” what is wrong', (from, to, field, words) => {
    expect(chosenStretch(from, to, nowMs)).toEqual({
      field,
      problem: expect.stringContaining(words) as string,
    })
  })
})
