// The hooks over what is live: slow state by selector, fast readings by painting in the shared loop.
import { createContext, use, useEffect, useRef } from 'react'
import { useStore } from 'zustand'
import type { Live } from './live'
import type { LiveState } from './state'
import { Ticker, type Painter } from './ticker'

const LiveContext = createContext<Live | null>(null)
export const LiveProvider = LiveContext.Provider

const ticker = new Ticker()

export function useLive(): Live {
  const live = use(LiveContext)
  if (!live) throw new Error('useLive needs a LiveProvider above it')
  return live
}

export function useLiveState<T>(select: (state: LiveState) => T): T {
  return useStore(useLive().store, select)
}

/** Runs `paint` in the shared loop; it decides by itself whether anything is to be drawn. */
export function usePainter(paint: Painter): void {
  const latest = useRef(paint)
  useEffect(() => {
    latest.current = paint
  })
  useEffect(() => ticker.add((frameMs) => latest.current(frameMs)), [])
}
