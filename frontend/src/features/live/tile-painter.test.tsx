import { beforeEach, expect, test } from 'vitest'
import type { Live } from '../../live/live'
import { Readings } from '../../live/readings'
import type { LiveDevice } from '../../live/state'
import { undescribed } from '../../protocol/metric'
import { TilePainter } from './tile-painter'

const NOW_MS = 1_000_000
const metric = undescribed('temperature')
const device: LiveDevice = {
  id: 'kitchen',
  name: 'Kitchen',
  enabled: true,
  intervalMs: 1000,
  metrics: ['temperature'],
  createdMs: 0,
  groups: null,
  online: true,
  lastSeenMs: NOW_MS,
}

let readings: Readings
let painter: TilePainter
let line: SVGPathElement

function add(...secondsAgo: number[]): void {
  readings.merge({
    device: 'kitchen',
    timeMs: secondsAgo.map((seconds) => NOW_MS - seconds * 1000),
    values: new Map([['temperature', secondsAgo]]),
  })
}

/** The line after painting while the page's clock stands still, as it does when paused. */
function paint(frameMs: number): string {
  const live = {
    readings,
    valuesAtMs: () => NOW_MS,
    latest: (id: string) => readings.latest(id),
  } as Live
  const parts = { value: document.createElement('b'), age: document.createElement('i'), line }
  painter.paint(live, { device, metric }, parts, frameMs)
  return line.getAttribute('d') ?? ''
}

beforeEach(() => {
  readings = new Readings()
  readings.seedLatest('kitchen', { timeMs: NOW_MS, values: new Map([['temperature', 0]]) })
  painter = new TilePainter()
  line = document.createElementNS('http://www.w3.org/2000/svg', 'path')
})

test('the first line is drawn the moment the history comes, also while paused', () => {
  expect(paint(0)).toBe('')
  add(3, 2, 1)
  expect(paint(60)).not.toBe('')
})

test('a line that stands is drawn once a second at most', () => {
  add(3, 2)
  const first = paint(0)
  add(1)
  expect(paint(60)).toBe(first)
  expect(paint(1_060)).not.toBe(first)
})

test('a line is not computed again for nothing new', () => {
  add(3, 2)
  paint(0)
  line.removeAttribute('d')
  expect(paint(2_000)).toBe('')
})
