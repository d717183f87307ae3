// Times in the browser's field for a date and a time: the reader's own, without a zone.

const two = (number: number) => String(number).padStart(2, '0')

export function fieldText(timeMs: number): string {
  const time = new Date(timeMs)
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`
  return `${day}T${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`
}

/** NaN where nothing sensible was written. What was not touched stays exact to the millisecond, which the field cannot show. */
export function fieldTimeMs(written: string, originalMs: number | null): number {
  if (originalMs !== null && written === fieldText(originalMs)) return originalMs
  return Date.parse(written)
}
