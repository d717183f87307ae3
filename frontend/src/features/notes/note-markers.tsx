// The markers above a chart: hovered or focused they tell, pressed they open. They are moved by hand, as the lines are.
import { useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { groupsOf, markersOf, MARKER_PX, type Marker } from '../../charts/annotation-markers'
import { MARGIN } from '../../charts/line-options'
import { useLive, useLiveState, usePainter } from '../../live/use-live'
import { spanMs } from '../../live/view-window'
import styles from './note-markers.module.css'
import { markerWords, whenWords } from './note-words'
import type { Notes } from './use-notes'

const MOST_PEEKED = 3

type NoteMarkersProps = {
  readonly label: string
  readonly notes: Notes
  /** How wide the plot is; null while there is none. */
  readonly pixels: () => number | null
  readonly onOpen: (ids: readonly string[]) => void
}

export function NoteMarkers({ label, notes, pixels, onOpen }: NoteMarkersProps) {
  const list = useRef<HTMLUListElement>(null)
  const [peeked, setPeeked] = useState<string | null>(null)
  const { markers, width } = useMarkers(notes, pixels, list)
  if (markers.length === 0) return null
  return (
    <ul
      ref={list}
      className={styles.markers}
      aria-label={`Notes on ${label}`}
      style={{ left: MARGIN.left }}
      onKeyDown={moveFocus}
    >
      {markers.map((marker, index) => (
        <li key={marker.annotations[0]?.id} style={{ transform: placeOf(marker) }}>
          <button
            type="button"
            className={styles.marker}
            tabIndex={index === 0 ? 0 : -1}
            aria-label={markerWords(marker.annotations)}
            onClick={() => onOpen(marker.annotations.map(({ id }) => id))}
            onPointerEnter={(event) => event.pointerType === 'mouse' && setPeeked(marker.key)}
            onPointerLeave={() => setPeeked(null)}
            onFocus={(event) => event.target.matches(':focus-visible') && setPeeked(marker.key)}
            onBlur={() => setPeeked(null)}
          >
            <span>{marker.annotations.length > 1 && marker.annotations.length}</span>
          </button>
          {peeked === marker.key && <Peek marker={marker} side={marker.x > width / 2 ? 'left' : 'right'} />}
        </li>
      ))}
    </ul>
  )
}

/** React hears of them only when others come together; that they move along with time is told to their elements. */
function useMarkers(
  notes: Notes,
  pixels: NoteMarkersProps['pixels'],
  list: React.RefObject<HTMLUListElement | null>,
) {
  const live = useLive()
  const span = useLiveState((state) => Math.round(spanMs(state.view)))
  const [width, setWidth] = useState(0)
  const [markers, setMarkers] = useState<readonly Marker[]>([])
  const shown = useRef<string | null>(null)
  const groups = useMemo(() => (width ? groupsOf(notes, span / width) : []), [notes, span, width])
  usePainter(() => {
    const now = pixels() ?? 0
    if (now !== width) setWidth(now)
    if (!width) return
    const next = markersOf(groups, live.stretch(), width)
    const words = next.map(({ key, annotations }) => key + annotations.map(({ text }) => text).join()).join()
    if (words !== shown.current) setMarkers(next)
    else next.forEach((marker, index) => place(list.current?.children[index], marker))
    shown.current = words
  })
  return { markers, width }
}

function placeOf({ x }: Marker): string {
  return `translateX(${Math.round(x - MARKER_PX / 2)}px)`
}

function place(element: Element | undefined, marker: Marker): void {
  const where = placeOf(marker)
  if (element instanceof HTMLElement && element.style.transform !== where) element.style.transform = where
}

/** One stop for the Tab key; the arrows go from marker to marker. */
function moveFocus(event: KeyboardEvent<HTMLUListElement>): void {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
  if (step === undefined) return
  const buttons = [...event.currentTarget.querySelectorAll('button')]
  const at = buttons.findIndex((button) => button === document.activeElement)
  buttons[at + step]?.focus()
  event.preventDefault()
}

function Peek({ marker, side }: { readonly marker: Marker; readonly side: 'left' | 'right' }) {
  const more = marker.annotations.length - MOST_PEEKED
  return (
    <div className={styles.peek} data-side={side} aria-hidden="true">
      {marker.annotations.slice(0, MOST_PEEKED).map((note) => (
        <div key={note.id}>
          <p className={styles.text}>{note.text}</p>
          <p className={styles.about}>
            {whenWords(note)}, by {note.author}
          </p>
        </div>
      ))}
      {more > 0 && <p className={styles.about}>and {more} more</p>}
    </div>
  )
}
