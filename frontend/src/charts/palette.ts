// Colours of the lines. Ten hues which the colour-blind can tell apart; from the eleventh line on they come back dashed.

export const HUES = 10
export const STYLES = 20

export type LineStyle = { readonly color: string; readonly dashed: boolean }
export type Ink = {
  readonly lines: readonly string[]
  readonly text: string
  readonly grid: string
  readonly axis: string
  readonly late: string
  readonly annotation: string
  readonly fontFamily: string
}

/** Canvas cannot use custom properties, so the theme's colours are read from the page. */
export function readInk(element: Element = document.documentElement): Ink {
  const style = getComputedStyle(element)
  const read = (name: string) => style.getPropertyValue(name).trim()
  return {
    lines: Array.from({ length: HUES }, (_, index) => read(`--line-${index}`)),
    text: read('--ink-muted'),
    grid: read('--rule-faint'),
    axis: read('--rule'),
    late: read('--late'),
    annotation: read('--note'),
    fontFamily: read('--font'),
  }
}

export function lineStyle(ink: Ink, slot: number): LineStyle {
  return { color: ink.lines[slot % HUES] ?? ink.text, dashed: slot >= HUES }
}
