// One crosshair for all charts: where on the axis of time the pointer is, and what it is marking.
import { createStore } from 'zustand/vanilla'

/** From 0, the left edge, to 1. Shares and not times: the time under a resting pointer moves on. */
type Crosshair = { readonly share: number | null; readonly marked: readonly [number, number] | null }

export const crosshair = createStore<Crosshair>()(() => ({ share: null, marked: null }))

export function pointAt(share: number | null): void {
  crosshair.setState({ share: share === null ? null : Math.min(1, Math.max(0, share)) })
}

export function mark(marked: readonly [number, number] | null): void {
  crosshair.setState({ marked })
}
