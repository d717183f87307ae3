import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { TimeGestures, type TimeActions } from './time-gestures'

const WIDTH = 1_000
const actions = {
  zoom: vi.fn<TimeActions['zoom']>(),
  pan: vi.fn<TimeActions['pan']>(),
  select: vi.fn<TimeActions['select']>(),
  marking: vi.fn<TimeActions['marking']>(),
  goLive: vi.fn<TimeActions['goLive']>(),
  point: vi.fn<TimeActions['point']>(),
  note: vi.fn<TimeActions['note']>(),
}

let plot: HTMLDivElement
let stop: () => void

beforeEach(() => {
  Object.values(actions).forEach((action) => action.mockReset())
  plot = document.createElement('div')
  plot.tabIndex = 0
  document.body.append(plot)
  plot.getBoundingClientRect = () => new DOMRect(0, 0, WIDTH + 100, 200)
  plot.setPointerCapture = () => undefined
  stop = new TimeGestures(plot, { left: 50, right: 50 }, actions).listen()
})

afterEach(() => {
  stop()
  plot.remove()
})

type Hand = { id?: number; x: number; shift?: boolean; type?: string }

function hand(type: string, { id = 1, x, shift = false, type: pointerType = 'mouse' }: Hand): void {
  const event = new MouseEvent(type, { clientX: x + 50, shiftKey: shift, bubbles: true, cancelable: true })
  plot.dispatchEvent(Object.assign(event, { pointerId: id, pointerType }))
}

function wheel(deltaY: number, over: WheelEventInit = {}): WheelEvent {
  const event = new WheelEvent('wheel', { deltaY, clientX: 300, bubbles: true, cancelable: true, ...over })
  plot.dispatchEvent(event)
  return event
}

function press(key: string, over: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...over })
  plot.dispatchEvent(event)
  return event
}

describe('the wheel', () => {
  test('zooms at the pointer, in and out', () => {
    hand('pointermove', { x: 250 })
    expect(wheel(-100).defaultPrevented).toBe(true)
    wheel(100)
    const [[closer = 0, share] = [], [wider = 0] = []] = actions.zoom.mock.calls
    expect(closer).toBeLessThan(1)
    expect(share).toBe(0.25)
    expect(closer * wider).toBeCloseTo(1)
  })

  test('goes on scrolling the page that brought the chart under it', () => {
    hand('pointermove', { x: 250 })
    document.dispatchEvent(new Event('scroll'))
    expect(wheel(100).defaultPrevented).toBe(false)
    expect(actions.zoom).not.toHaveBeenCalled()
  })

  test('turned sideways, or with Shift, moves in time', () => {
    hand('pointermove', { x: 250 })
    wheel(0, { deltaX: 100 })
    wheel(50, { shiftKey: true })
    expect(actions.pan.mock.calls).toEqual([[0.1], [0.05]])
  })
})

describe('a hand', () => {
  test('drags the time along, and not by trembling', () => {
    hand('pointerdown', { x: 500 })
    hand('pointermove', { x: 502 })
    expect(actions.pan).not.toHaveBeenCalled()
    hand('pointermove', { x: 600 })
    hand('pointermove', { x: 700 })
    hand('pointerup', { x: 700 })
    hand('pointermove', { x: 800 })
    expect(actions.pan.mock.calls.map(([share]) => share).reduce((a, b) => a + b, 0)).toBeCloseTo(-0.198)
  })

  test('with Shift chooses what to see', () => {
    hand('pointerdown', { x: 600, shift: true })
    hand('pointermove', { x: 200 })
    expect(actions.marking).toHaveBeenLastCalledWith([0.2, 0.6])
    hand('pointerup', { x: 200 })
    expect(actions.select).toHaveBeenCalledWith(0.2, 0.6)
    expect(actions.marking).toHaveBeenLastCalledWith(null)
    expect(actions.pan).not.toHaveBeenCalled()
  })

  test('that thinks better of it presses Escape', () => {
    hand('pointerdown', { x: 600, shift: true })
    hand('pointermove', { x: 200 })
    press('Escape')
    hand('pointerup', { x: 200 })
    expect(actions.select).not.toHaveBeenCalled()
  })

  test('of two fingers zooms about their middle and goes on with the one that stays', () => {
    hand('pointerdown', { id: 1, x: 400, type: 'touch' })
    hand('pointerdown', { id: 2, x: 600, type: 'touch' })
    hand('pointermove', { id: 2, x: 800, type: 'touch' })
    const [factor, share] = actions.zoom.mock.lastCall ?? []
    expect(factor).toBeCloseTo(0.5)
    expect(share).toBeCloseTo(0.6)
    actions.pan.mockReset()
    hand('pointerup', { id: 1, x: 400, type: 'touch' })
    hand('pointermove', { id: 2, x: 700, type: 'touch' })
    expect(actions.pan).toHaveBeenCalledWith(0.1)
  })

  test('that only rests points', () => {
    hand('pointermove', { x: 250 })
    expect(actions.point).toHaveBeenLastCalledWith(0.25)
  })
})

describe('the keys', () => {
  test('move, zoom and go back to live', () => {
    ;['ArrowLeft', 'ArrowRight', '+', '-', '0', 'End', 'Home'].forEach((key) => press(key))
    expect(actions.pan.mock.calls.map(([share]) => Math.sign(share))).toEqual([-1, 1])
    expect(actions.zoom.mock.calls.map(([factor]) => factor < 1)).toEqual([true, false])
    expect(actions.goLive).toHaveBeenCalledTimes(3)
  })

  test('of the browser stay its own', () => {
    expect(press('+', { ctrlKey: true }).defaultPrevented).toBe(false)
    expect(press('Tab').defaultPrevented).toBe(false)
    expect(actions.zoom).not.toHaveBeenCalled()
  })
})

test('all listeners are gone with the chart', () => {
  stop()
  press('0')
  expect(actions.goLive).not.toHaveBeenCalled()
})

describe('a note is wanted', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  test('where a chart is clicked twice', () => {
    hand('dblclick', { x: 250 })
    expect(actions.note).toHaveBeenCalledExactlyOnceWith(0.25)
  })

  test('where a finger rests', () => {
    hand('pointerdown', { x: 500, type: 'touch' })
    hand('pointermove', { x: 502, type: 'touch' })
    vi.advanceTimersByTime(1_000)
    expect(actions.note).toHaveBeenCalledExactlyOnceWith(0.5)
    hand('pointermove', { x: 700, type: 'touch' })
    expect(actions.pan).not.toHaveBeenCalled()
  })

  test.each([
    ['moves', () => hand('pointermove', { x: 560, type: 'touch' })],
    ['is lifted', () => hand('pointerup', { x: 500, type: 'touch' })],
    ['scrolls the page', () => hand('pointercancel', { x: 500, type: 'touch' })],
    ['is joined by another', () => hand('pointerdown', { id: 2, x: 700, type: 'touch' })],
  ])('but not where a finger %s', (_, act) => {
    hand('pointerdown', { x: 500, type: 'touch' })
    act()
    vi.advanceTimersByTime(1_000)
    expect(actions.note).not.toHaveBeenCalled()
  })

  test('by a key, at no place', () => {
    press('n')
    expect(actions.note).toHaveBeenCalledExactlyOnceWith(null)
  })

  test('but not on a button that stands there', () => {
    const button = document.createElement('button')
    plot.append(button)
    button.dispatchEvent(new MouseEvent('dblclick', { bubbles: true }))
    expect(actions.note).not.toHaveBeenCalled()
  })
})
