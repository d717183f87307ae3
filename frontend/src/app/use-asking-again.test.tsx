import { act, renderHook } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { seen } from '../testing/visibility'
import { useAskingAgain, useWhenSeen } from './use-asking-again'

const ask = vi.fn<() => Promise<unknown>>()
const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms))

beforeEach(() => {
  vi.useFakeTimers()
  vi.spyOn(Math, 'random').mockReturnValue(1)
  ask.mockReset().mockResolvedValue(null)
  seen(true)
})

afterEach(() => {
  seen(true)
  vi.useRealTimers()
})

function waiting() {
  return renderHook(({ isWaiting }) => useAskingAgain(isWaiting, ask), { initialProps: { isWaiting: true } })
}

describe('asking again', () => {
  test('grows patient, and still asks every ten seconds', async () => {
    waiting()
    const counts: number[] = []
    for (const pauseMs of [2_000, 4_000, 8_000, 10_000, 10_000]) {
      await pass(pauseMs - 1)
      counts.push(ask.mock.calls.length)
      await pass(1)
    }
    expect(counts).toEqual([0, 1, 2, 3, 4])
    expect(ask).toHaveBeenCalledTimes(5)
  })

  test('waits for an answer before the next question', async () => {
    let answer: (value: unknown) => void = () => undefined
    ask.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)))
    waiting()
    await pass(60_000)
    expect(ask).toHaveBeenCalledTimes(1)
    answer(null)
    await pass(10_000)
    expect(ask).toHaveBeenCalledTimes(2)
  })

  test('rests while nobody looks, and asks at once when somebody does', async () => {
    waiting()
    seen(false)
    await pass(600_000)
    expect(ask).not.toHaveBeenCalled()
    seen(true)
    expect(ask).toHaveBeenCalledTimes(1)
    await pass(2_000)
    expect(ask).toHaveBeenCalledTimes(2)
  })

  test('does not begin while nobody looks', async () => {
    seen(false)
    waiting()
    await pass(600_000)
    expect(ask).not.toHaveBeenCalled()
  })

  test('is over when nothing is waited for any more', async () => {
    const { rerender } = waiting()
    await pass(2_000)
    rerender({ isWaiting: false })
    await pass(600_000)
    seen(false)
    seen(true)
    expect(ask).toHaveBeenCalledTimes(1)
  })
})

test('who comes back to the page is answered, as long as something is waited for', () => {
  const { rerender } = renderHook(({ isWaiting }) => useWhenSeen(isWaiting, ask), {
    initialProps: { isWaiting: true },
  })
  seen(false)
  expect(ask).not.toHaveBeenCalled()
  seen(true)
  expect(ask).toHaveBeenCalledTimes(1)
  rerender({ isWaiting: false })
  seen(false)
  seen(true)
  expect(ask).toHaveBeenCalledTimes(1)
})
