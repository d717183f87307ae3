// Hands on the axis of time: wheel, drag, two fingers, Shift and drag, keys. Knows no chart: it tells what is wanted.

export type TimeActions = {
  /** `factor` times as long; what lies at `share` of the width stays there. */
  readonly zoom: (factor: number, share: number) => void
  /** By this share of the width: positive to later times. */
  readonly pan: (share: number) => void
  readonly select: (fromShare: number, toShare: number) => void
  /** What is being selected; null when nothing is. */
  readonly marking: (marked: readonly [number, number] | null) => void
  readonly goLive: () => void
  /** Where the pointer rests; null while it does something else. */
  readonly point: (share: number | null) => void
  /** Something is to be written down at this share of the width; null where no place was shown. */
  readonly note: (share: number | null) => void
}

type Plot = { readonly left: number; readonly right: number }
type Mode = 'idle' | 'pressed' | 'pan' | 'mark' | 'pinch'

// A hand is not still: less than this is no drag.
const DRAG_PX = 5
const MARK_PX = 6
const ZOOM_PER_PX = 0.0022
// One turn of a wheel is no more than this, however far a mouse says it went.
const MOST_WHEEL_PX = 240
const LINE_PX = 24
const KEY_ZOOM = 0.6
const KEY_PAN = 0.15
const LONG_PRESS_MS = 550

export class TimeGestures {
  private readonly element: HTMLElement
  private readonly margin: Plot
  private readonly actions: TimeActions
  private readonly fingers = new Map<number, number>()
  private mode: Mode = 'idle'
  private pressedX = 0
  private lastX = 0
  // A wheel that scrolled the page until a chart came under the pointer goes on scrolling.
  private armed = false
  private longPress: ReturnType<typeof setTimeout> | undefined

  constructor(element: HTMLElement, margin: Plot, actions: TimeActions) {
    this.element = element
    this.margin = margin
    this.actions = actions
  }

  listen(): () => void {
    const stop = new AbortController()
    const { signal } = stop
    const on = <K extends keyof HTMLElementEventMap>(
      type: K,
      listener: (event: HTMLElementEventMap[K]) => void,
    ) => this.element.addEventListener(type, listener, { signal, passive: false })
    on('pointerdown', this.onDown)
    on('pointermove', this.onMove)
    on('pointerup', this.onUp)
    on('pointercancel', this.onCancel)
    on('pointerleave', () => this.actions.point(null))
    on('dblclick', this.onDoubleClick)
    on('wheel', this.onWheel)
    on('keydown', this.onKey)
    document.addEventListener('scroll', () => (this.armed = false), { signal, capture: true })
    return () => {
      clearTimeout(this.longPress)
      stop.abort()
    }
  }

  private readonly onDown = (event: PointerEvent) => {
    this.armed = true
    if (event.pointerType === 'mouse' && event.button !== 0) return
    if (isOnControl(event)) return
    clearTimeout(this.longPress)
    this.fingers.set(event.pointerId, event.clientX)
    if (this.fingers.size === 2) return this.begin('pinch')
    this.pressedX = this.lastX = event.clientX
    this.mode = event.shiftKey ? 'mark' : 'pressed'
    this.actions.point(this.mode === 'mark' ? null : this.share(event.clientX))
    if (this.mode === 'mark') this.element.setPointerCapture(event.pointerId)
    else if (event.pointerType === 'touch') this.longPress = setTimeout(this.onLongPress, LONG_PRESS_MS)
  }

  private readonly onMove = (event: PointerEvent) => {
    this.armed = true
    const known = this.fingers.get(event.pointerId)
    if (known === undefined) return this.actions.point(isOnControl(event) ? null : this.share(event.clientX))
    if (this.mode === 'pinch') return this.pinch(event)
    this.fingers.set(event.pointerId, event.clientX)
    if (this.mode === 'pressed' && Math.abs(event.clientX - this.pressedX) > DRAG_PX) {
      this.begin('pan')
      this.element.setPointerCapture(event.pointerId)
    }
    if (this.mode === 'pan') this.actions.pan((this.lastX - event.clientX) / this.width())
    if (this.mode === 'mark') this.actions.marking(this.marked(event.clientX))
    this.lastX = event.clientX
  }

  private readonly onUp = (event: PointerEvent) => {
    if (this.mode === 'mark' && Math.abs(event.clientX - this.pressedX) > MARK_PX) {
      this.actions.select(...this.marked(event.clientX))
    }
    this.release(event)
  }

  private readonly onCancel = (event: PointerEvent) => this.release(event)

  private readonly onDoubleClick = (event: MouseEvent) => {
    if (!isOnControl(event)) this.actions.note(this.share(event.clientX))
  }

  private readonly onLongPress = () => {
    if (this.mode !== 'pressed') return
    this.fingers.clear()
    this.begin('idle')
    this.actions.note(this.share(this.pressedX))
  }

  private readonly onWheel = (event: WheelEvent) => {
    const isPinch = event.ctrlKey
    if (!this.armed && !isPinch) return
    event.preventDefault()
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : LINE_PX
    const [x, y] = [event.deltaX * unit, event.deltaY * unit]
    if (!isPinch && (Math.abs(x) > Math.abs(y) || event.shiftKey)) {
      return this.actions.pan((Math.abs(x) > Math.abs(y) ? x : y) / this.width())
    }
    const turn = Math.max(-MOST_WHEEL_PX, Math.min(MOST_WHEEL_PX, isPinch ? y * 4 : y))
    this.actions.zoom(Math.exp(turn * ZOOM_PER_PX), this.share(event.clientX))
  }

  private readonly onKey = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target !== this.element) return
    const act = this.actFor(event)
    if (!act) return
    event.preventDefault()
    act()
  }

  private actFor({ key, shiftKey }: KeyboardEvent): (() => void) | undefined {
    const { pan, zoom, goLive, note } = this.actions
    const step = shiftKey ? KEY_PAN * 4 : KEY_PAN
    switch (key) {
      case 'ArrowLeft':
        return () => pan(-step)
      case 'ArrowRight':
        return () => pan(step)
      case 'PageUp':
        return () => pan(-1)
      case 'PageDown':
        return () => pan(1)
      case '+':
      case '=':
        return () => zoom(KEY_ZOOM, 1)
      case '-':
      case '_':
        return () => zoom(1 / KEY_ZOOM, 1)
      case '0':
      case 'Home':
      case 'End':
        return goLive
      case 'n':
      case 'N':
        return () => note(null)
      case 'Escape':
        return this.mode === 'mark' ? () => this.begin('idle') : undefined
    }
  }

  private pinch(event: PointerEvent): void {
    const before = [...this.fingers.values()]
    this.fingers.set(event.pointerId, event.clientX)
    const after = [...this.fingers.values()]
    const apart = ([one = 0, other = 0]: number[]) => Math.max(DRAG_PX * 4, Math.abs(one - other))
    const middle = ([one = 0, other = 0]: number[]) => (one + other) / 2
    this.actions.zoom(apart(before) / apart(after), this.share(middle(after)))
    const shift = (middle(before) - middle(after)) / this.width()
    if (shift) this.actions.pan(shift)
  }

  private begin(mode: Mode): void {
    clearTimeout(this.longPress)
    this.mode = mode
    this.actions.point(null)
    this.actions.marking(null)
  }

  private release(event: PointerEvent): void {
    this.fingers.delete(event.pointerId)
    const [left] = this.fingers.values()
    if (left !== undefined) this.lastX = this.pressedX = left
    this.begin(left === undefined ? 'idle' : 'pan')
  }

  private marked(clientX: number): [number, number] {
    const [one, other] = [this.share(this.pressedX), this.share(clientX)]
    return [Math.min(one, other), Math.max(one, other)]
  }

  private width(): number {
    const { width } = this.element.getBoundingClientRect()
    return Math.max(1, width - this.margin.left - this.margin.right)
  }

  private share(clientX: number): number {
    const { left } = this.element.getBoundingClientRect()
    return Math.min(1, Math.max(0, (clientX - left - this.margin.left) / this.width()))
  }
}

/** What stands on the chart and has a meaning of its own. */
function isOnControl({ target }: Event): boolean {
  return target instanceof Element && target.closest('button') !== null
}
