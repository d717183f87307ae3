// Small choices kept in this browser. Where storage is refused (private windows) they last as long as the page.

export function readStored<T>(key: string, parse: (value: unknown) => T, fallback: T): T {
  try {
    const raw = localStorage.getItem(key)
    return raw === null ? fallback : parse(JSON.parse(raw))
  } catch (error) {
    console.warn(`Sense Live: the stored choice "${key}" cannot be read.`, error)
    return fallback
  }
}

export function writeStored(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value))
  } catch (error) {
    console.warn(`Sense Live: the choice "${key}" cannot be stored.`, error)
  }
}
