// The page's path, for screens with an address of their own. Nothing is loaded again: the live connection stays open.
import { useSyncExternalStore } from 'react'

const MOVED = 'sense-live:moved'

export function goTo(address: string): void {
  window.history.pushState(null, '', address)
  window.dispatchEvent(new Event(MOVED))
  window.scrollTo(0, 0)
}

export function usePath(): string {
  return useSyncExternalStore(onMove, () => window.location.pathname)
}

function onMove(listener: () => void): () => void {
  window.addEventListener(MOVED, listener)
  window.addEventListener('popstate', listener)
  return () => {
    window.removeEventListener(MOVED, listener)
    window.removeEventListener('popstate', listener)
  }
}
