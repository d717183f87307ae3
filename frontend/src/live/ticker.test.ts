import { beforeEach, describe, expect, test, vi } from 'vitest'
import { Ticker } from './ticker'

let frames: ((timeMs: number) => void)[]

function run(timeMs: number): void {
  frames.splice(0).forEach((frame) => frame(timeMs))
}

beforeEach(() => {
  frames = []
  vi.stubGlobal('requestAnimationFrame', (frame: (timeMs: number) => void) => frames.push(frame))
  vi.stubGlobal('cancelAnimationFrame', () => frames.splice(0))
})

describe('the render loop', () => {
  test('paints at most some sixteen times a second', () => {
    const paint = vi.fn()
    new Ticker().add(paint)
    for (let timeMs = 0; timeMs < 1000; timeMs += 1000 / 60) run(timeMs)
    expect(paint.mock.calls.length).toBeGreaterThan(9)
    expect(paint.mock.calls.length).toBeLessThan(18)
  })

  test('rests longer where painting is slow', () => {
    let clockMs = 0
    vi.spyOn(performance, 'now').mockImplementation(() => clockMs)
    const paint = vi.fn(() => {
      clockMs += 100
    })
    new Ticker().add(paint)
    for (let timeMs = 0; timeMs < 1000; timeMs += 1000 / 60) run(timeMs)
    expect(paint.mock.calls.length).toBeLessThan(4)
  })

  test('rests a second at most, however long one painting took', () => {
    let clockMs = 0
    vi.spyOn(performance, 'now').mockImplementation(() => clockMs)
    const paint = vi.fn(() => {
      clockMs += 1_500
    })
    new Ticker().add(paint)
    run(0)
    run(2_400)
    expect(paint).toHaveBeenCalledTimes(1)
    run(2_500)
    expect(paint).toHaveBeenCalledTimes(2)
  })

  test('does not paint a hidden page', () => {
    vi.spyOn(document, 'hidden', 'get').mockReturnValue(true)
    const paint = vi.fn()
    new Ticker().add(paint)
    run(0)
    expect(paint).not.toHaveBeenCalled()
  })

  test('stops with its last painter', () => {
    const remove = new Ticker().add(() => undefined)
    remove()
    expect(frames).toHaveLength(0)
  })
})
