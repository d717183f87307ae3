// Whether somebody looks at the page, for tests: as the browser says it.

/** The page is in front, or another tab is. */
export function seen(isSeen: boolean): void {
  Object.defineProperty(document, 'hidden', { configurable: true, value: !isSeen })
  document.dispatchEvent(new Event('visibilitychange'))
}
