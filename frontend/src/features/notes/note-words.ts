// Notes in words: when, about what, by whom. Pure.
import { formatClock, formatShortMoment } from '../../charts/format-time'
import type { Annotation } from '../../protocol/annotation'

export function whenWords({ startMs, endMs }: Annotation, nowMs = Date.now()): string {
  if (endMs === null) return momentWords(startMs, nowMs)
  const end = isSameDay(startMs, endMs) ? formatClock(endMs) : momentWords(endMs, nowMs)
  return `${momentWords(startMs, nowMs)} – ${end}`
}

/** A day is told unless it is today. */
function momentWords(timeMs: number, nowMs: number): string {
  return isSameDay(timeMs, nowMs) ? formatClock(timeMs) : formatShortMoment(timeMs)
}

function isSameDay(oneMs: number, otherMs: number): boolean {
  return new Date(oneMs).toDateString() === new Date(otherMs).toDateString()
}

export function countWords(count: number): string {
  return count === 1 ? '1 note' : `${count.toLocaleString('en')} notes`
}

/** What a marker says to those who cannot see where it stands. */
export function markerWords(notes: readonly Annotation[], nowMs = Date.now()): string {
  const [first] = notes
  if (!first) return ''
  if (notes.length > 1) return `${countWords(notes.length)} from ${whenWords(first, nowMs)} on`
  return `Note by ${first.author}, ${whenWords(first, nowMs)}: ${first.text}`
}
