// What jsdom lacks of a browser, as far as the page uses it.
import { cleanup } from '@testing-library/react'
import { afterEach, beforeEach, vi } from 'vitest'

class NoResizes {
  observe() {}
  unobserve() {}
  disconnect() {}
}

HTMLDialogElement.prototype.showModal = function showModal() {
  this.open = true
}
HTMLDialogElement.prototype.close = function close() {
  this.open = false
}
Element.prototype.checkVisibility = () => true

beforeEach(() => {
  vi.stubGlobal('ResizeObserver', NoResizes)
  vi.stubGlobal('matchMedia', () => ({
    matches: false,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  }))
})

afterEach(() => {
  cleanup()
  localStorage.clear()
})
