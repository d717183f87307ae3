import { describe, expect, test } from 'vitest'
import { annotation } from '../testing/annotations'
import { groupsOf, MARKER_PX, markersOf } from './annotation-markers'
import { annotationSeries, shapesOf } from './annotation-shapes'

// A thousand pixels of a millisecond each.
const STRETCH = { fromMs: 10_000, toMs: 11_000 }
const PIXELS = 1_000

const moment = (start: number, id = String(start)) => annotation({ id, start })
const span = (start: number, end: number) => annotation({ id: `${start}-${end}`, start, end })
const markers = (...annotations: Parameters<typeof groupsOf>[0]) =>
  markersOf(groupsOf(annotations, 1), STRETCH, PIXELS)

describe('behind the lines', () => {
  test('a moment is a line, and a span a band between two', () => {
    const { bands, linesMs } = shapesOf([moment(10_100), span(10_300, 10_400)], STRETCH, PIXELS)
    expect(linesMs).toEqual([10_100, 10_300, 10_400])
    expect(bands).toEqual([{ fromMs: 10_300, toMs: 10_400 }])
  })

  test('a span that goes beyond the window ends at its edge, without a line there', () => {
    const { bands, linesMs } = shapesOf([span(5_000, 20_000)], STRETCH, PIXELS)
    expect(bands).toEqual([STRETCH])
    expect(linesMs).toEqual([])
  })

  test('spans that overlap are shaded once', () => {
    const { bands } = shapesOf([span(10_100, 10_300), span(10_200, 10_500)], STRETCH, PIXELS)
    expect(bands).toEqual([{ fromMs: 10_100, toMs: 10_500 }])
  })

  test('a thousand in one place are no more than a line every few pixels', () => {
    const many = Array.from({ length: 1_000 }, (_, index) => moment(10_000 + index))
    expect(shapesOf(many, STRETCH, PIXELS).linesMs.length).toBeLessThan(PIXELS / 20)
  })

  test('each marker has its line, and an end close to a line none', () => {
    const notes = [moment(10_100), moment(10_110), span(10_300, 10_305), span(10_600, 10_700)]
    const { linesMs } = shapesOf(notes, STRETCH, PIXELS)
    expect(linesMs).toEqual([10_100, 10_300, 10_600, 10_700])
  })

  test('the same lines are drawn while the window moves over them', () => {
    const many = Array.from({ length: 50 }, (_, index) => moment(10_500 + index))
    const moved = { fromMs: 10_001, toMs: 11_001 }
    expect(shapesOf(many, moved, PIXELS).linesMs).toEqual(shapesOf(many, STRETCH, PIXELS).linesMs)
  })

  test('nothing is drawn where there is nothing', () => {
    expect(annotationSeries(shapesOf([moment(1)], STRETCH, PIXELS), 0, '#000')).toEqual([])
  })
})

describe('a marker', () => {
  test('stands where its annotation begins', () => {
    expect(markers(moment(10_250))).toMatchObject([{ x: 250, annotations: [{ id: '10250' }] }])
  })

  test('stands for all that are too near to tell apart', () => {
    const found = markers(moment(10_100), moment(10_110), moment(10_200))
    expect(found.map(({ annotations }) => annotations.length)).toEqual([2, 1])
  })

  test('never stands on another one', () => {
    const many = Array.from({ length: 400 }, (_, index) => moment(9_900 + ((index * 37) % 1_200)))
    many.sort((one, other) => one.startMs - other.startMs)
    const xs = markers(...many, span(11_090, 11_095)).map(({ x }) => x)
    const gaps = xs.slice(1).map((x, index) => x - (xs[index] ?? 0))
    expect(xs.length).toBeGreaterThan(5)
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(MARKER_PX)
  })

  test('of spans that began before the window waits at its edge', () => {
    const found = markers(span(5_000, 10_500), span(8_000, 20_000), moment(10_010))
    expect(found).toMatchObject([{ x: 0 }])
    expect(found[0]?.annotations).toHaveLength(3)
  })

  test('keeps its company while the window moves on', () => {
    const groups = groupsOf([moment(10_005), moment(10_020), moment(10_060)], 1)
    const before = markersOf(groups, STRETCH, PIXELS).map(({ key }) => key)
    expect(before).toEqual(['10005 10020', '10060'])
    const later = markersOf(groups, { fromMs: 10_006, toMs: 11_006 }, PIXELS)
    expect(later.map(({ key }) => key)).toEqual(['10020', '10060'])
  })
})
