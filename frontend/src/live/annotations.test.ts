import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Annotation, AnnotationList } from '../protocol/annotation'
import { annotation } from '../testing/annotations'
import { START_MS } from '../testing/messages'
import { Annotations, touches, type FetchAnnotations } from './annotations'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const WINDOW = { fromMs: START_MS - 5 * MINUTE_MS, toMs: START_MS }

const fetch = vi.fn<FetchAnnotations>()
let annotations: Annotations

const answer = (list: Annotation[], complete = true): AnnotationList => ({ annotations: list, complete })
const settled = (ms = 200) => vi.advanceTimersByTimeAsync(ms)
const ids = () => annotations.store.getState().all.map(({ id }) => id)
const change = (id: string, data: Annotation | null, origin: string | null = null) => [
  { model: 'annotation', action: data ? 'update' : 'remove', id, data, origin } as const,
]

async function opened(...list: Annotation[]): Promise<void> {
  fetch.mockResolvedValue(answer(list))
  annotations.look(WINDOW)
  annotations.resume()
  await settled()
}

function later<T>(): { promise: Promise<T>; give: (value: T) => void } {
  let give: (value: T) => void = () => undefined
  const promise = new Promise<T>((resolve) => (give = resolve))
  return { promise, give }
}

/** The next answer waits until it is given. */
function slowly(): (list: Annotation[]) => Promise<void> {
  const { promise, give } = later<AnnotationList>()
  fetch.mockReturnValueOnce(promise)
  return async (list) => {
    give(answer(list))
    await settled()
  }
}

beforeEach(() => {
  vi.useFakeTimers({ now: START_MS })
  fetch.mockReset().mockResolvedValue(answer([]))
  annotations = new Annotations(fetch)
})

afterEach(() => vi.useRealTimers())

describe('what is asked', () => {
  test('is nothing before the line is good', async () => {
    annotations.look(WINDOW)
    await settled()
    expect(fetch).not.toHaveBeenCalled()
  })

  test('is the window with a margin, once', async () => {
    await opened()
    for (let second = 1; second <= 60; second++) {
      annotations.tick({ fromMs: WINDOW.fromMs + second * 1_000, toMs: WINDOW.toMs + second * 1_000 })
    }
    await settled()
    expect(fetch).toHaveBeenCalledTimes(1)
    const [{ startMs, endMs } = { startMs: 0, endMs: 0 }] = fetch.mock.calls[0] ?? []
    expect(startMs).toBeLessThan(WINDOW.fromMs)
    expect(endMs).toBeLessThan(WINDOW.toMs + DAY_MS)
  })

  test('is asked again where the window leaves what is known', async () => {
    await opened()
    annotations.look({ fromMs: START_MS - 2 * DAY_MS, toMs: START_MS - DAY_MS })
    await settled()
    expect(fetch).toHaveBeenCalledTimes(2)
  })

  test('is asked once while fingers move', async () => {
    await opened()
    for (let day = 1; day <= 20; day++) {
      annotations.look({ fromMs: START_MS - (day + 1) * DAY_MS, toMs: START_MS - day * DAY_MS })
    }
    await settled()
    expect(fetch).toHaveBeenCalledTimes(2)
  })

  test('is asked again after each welcome, and what is known stays until the answer is there', async () => {
    await opened(annotation({ id: 'old' }))
    annotations.suspend()
    const give = slowly()
    annotations.resume()
    expect(ids()).toEqual(['old'])
    await give([annotation({ id: 'new' })])
    expect(ids()).toEqual(['new'])
  })

  test('is asked again after a failure, and the failure is told meanwhile', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    fetch.mockRejectedValueOnce(new Error('away'))
    fetch.mockResolvedValue(answer([annotation()]))
    annotations.look(WINDOW)
    annotations.resume()
    await settled()
    expect(annotations.store.getState().failed).toBe(true)
    await settled(60_000)
    expect(annotations.store.getState()).toMatchObject({ failed: false, all: [{ text: 'Window open' }] })
  })

  test('is the window alone where there are too many, and again when one looks closer', async () => {
    fetch.mockResolvedValue(answer([annotation()], false))
    const year = { fromMs: START_MS - 365 * DAY_MS, toMs: START_MS }
    annotations.look(year)
    annotations.resume()
    await settled()
    expect(fetch).toHaveBeenCalledTimes(2)
    expect(annotations.store.getState().complete).toBe(false)
    const [{ startMs = 0 } = {}] = fetch.mock.calls[1] ?? []
    expect(startMs).toBeGreaterThan(year.fromMs - 30 * DAY_MS)
    annotations.tick({ fromMs: year.fromMs + 1_000, toMs: year.toMs + 1_000 })
    await settled()
    expect(fetch).toHaveBeenCalledTimes(2)
    annotations.look({ fromMs: START_MS - 100 * DAY_MS, toMs: START_MS })
    await settled()
    expect(fetch).toHaveBeenCalledTimes(3)
  })
})

describe('a live message', () => {
  test('adds, changes and removes without a request', async () => {
    await opened(annotation({ id: 'b' }))
    annotations.told(change('a', annotation({ id: 'a', start: START_MS - MINUTE_MS })))
    expect(ids()).toEqual(['a', 'b'])
    annotations.told(change('b', annotation({ id: 'b', text: 'Window shut' })))
    expect(annotations.store.getState().all[1]?.text).toBe('Window shut')
    annotations.told(change('a', null))
    expect(ids()).toEqual(['b'])
    expect(fetch).toHaveBeenCalledTimes(1)
  })

  test('told twice changes nothing more', async () => {
    await opened()
    annotations.told(change('a', annotation({ id: 'a' })))
    annotations.told(change('a', annotation({ id: 'a' })))
    expect(ids()).toEqual(['a'])
  })

  test('is news once, and only of what others wrote', async () => {
    await opened(annotation({ id: 'a' }))
    const news = () => annotations.store.getState().news?.id
    annotations.told(change('a', annotation({ id: 'a', text: 'changed' })))
    annotations.told(change('mine', annotation({ id: 'mine' }), 'this-page'), 'this-page')
    expect(news()).toBeUndefined()
    annotations.told(change('theirs', annotation({ id: 'theirs' })))
    expect(news()).toBe('theirs')
  })

  test('of a time far from the window is left to the next answer', async () => {
    await opened()
    annotations.told(change('a', annotation({ id: 'a', start: START_MS - 30 * DAY_MS })))
    expect(ids()).toEqual([])
  })

  test('is newer than an answer that was under way', async () => {
    const give = slowly()
    annotations.look(WINDOW)
    annotations.resume()
    annotations.told(change('gone', null))
    annotations.told(change('new', annotation({ id: 'new' })))
    await give([annotation({ id: 'gone' }), annotation({ id: 'still' })])
    expect(ids()).toEqual(['new', 'still'])
  })

  test('of a device that is gone takes its annotations along', async () => {
    await opened(annotation({ id: 'a' }), annotation({ id: 'b', device: null }))
    annotations.forget('kitchen')
    expect(ids()).toEqual(['b'])
  })
})

describe('what this page writes', () => {
  test('shows with the answer', async () => {
    await opened()
    await annotations.saving(() => Promise.resolve(annotation({ id: 'mine' })))
    expect(ids()).toEqual(['mine'])
    await annotations.removing('mine', () => Promise.resolve())
    expect(ids()).toEqual([])
  })

  test('does not come back when somebody deleted it before the answer was here', async () => {
    await opened()
    const { promise, give } = later<Annotation>()
    const saved = annotations.saving(() => promise)
    annotations.told(change('mine', null))
    give(annotation({ id: 'mine' }))
    await saved
    expect(ids()).toEqual([])
  })

  test('stays away when it could not be stored', async () => {
    await opened()
    await expect(annotations.saving(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(ids()).toEqual([])
  })
})

test('a span touches every window it reaches into, a moment those it lies in', () => {
  const span = annotation({ start: 100, end: 200 })
  expect(touches(span, { fromMs: 150, toMs: 160 })).toBe(true)
  expect(touches(span, { fromMs: 201, toMs: 300 })).toBe(false)
  expect(touches(annotation({ start: 100 }), { fromMs: 101, toMs: 300 })).toBe(false)
})
