// Clock times as the charts write them, in the reader's own time zone.

function two(number: number): string {
  return String(number).padStart(2, '0')
}

export function formatClock(timeMs: number): string {
  const time = new Date(timeMs)
  const minutes = `${two(time.getHours())}:${two(time.getMinutes())}`
  return time.getSeconds() ? `${minutes}:${two(time.getSeconds())}` : minutes
}

export function formatExactClock(timeMs: number): string {
  const time = new Date(timeMs)
  const seconds = `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`
  return `${seconds}.${String(time.getMilliseconds()).padStart(3, '0')}`
}
