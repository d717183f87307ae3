// One crosshair for all charts: where on the time axis the pointer is.
import { createStore } from 'zustand/vanilla'

/** From 0, the left edge, to 1. A share and not a time: the time under a resting pointer moves on. */
type Crosshair = { readonly share: number | null }

export const crosshair = createStore<Crosshair>()(() => ({ share: null }))

export function pointAt(share: number | null): void {
  crosshair.setState({ share: share === null ? null : Math.min(1, Math.max(0, share)) })
}
