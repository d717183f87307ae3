// Where the markers of annotations stand above a chart: those too near to each other for a finger are one.
import { touches } from '../live/annotations'
import type { Stretch } from '../live/view-window'
import type { Annotation } from '../protocol/annotation'

/** As wide as a marker is for a finger. */
export const MARKER_PX = 24

export type Group = readonly Annotation[]
export type Marker = {
  /** Stays while the same ones are gathered here. */
  readonly key: string
  readonly annotations: Group
  /** From the left edge of the plot. */
  readonly x: number
}

/** Gathered from the first that is known, seen or not: so no group falls apart while time goes on. */
export function groupsOf(annotations: readonly Annotation[], pixelMs: number): Group[] {
  const groups: Annotation[][] = []
  for (const one of annotations) {
    const group = groups.at(-1)
    const firstMs = group?.[0]?.startMs ?? -Infinity
    if (group && one.startMs - firstMs < MARKER_PX * pixelMs) group.push(one)
    else groups.push([one])
  }
  return groups
}

export function markersOf(groups: readonly Group[], stretch: Stretch, pixels: number): Marker[] {
  const pixelMs = (stretch.toMs - stretch.fromMs) / pixels
  const markers: Marker[] = []
  for (const group of groups) {
    const seen = group.filter((one) => touches(one, stretch))
    const firstMs = seen[0]?.startMs
    if (firstMs === undefined) continue
    const x = Math.max(0, (firstMs - stretch.fromMs) / pixelMs)
    const last = markers.at(-1)
    // At the window's edge, where groups come in and what began before is gathered.
    if (last && x - last.x < MARKER_PX) {
      markers[markers.length - 1] = markerOf([...last.annotations, ...seen], last.x)
    } else markers.push(markerOf(seen, x))
  }
  return markers
}

function markerOf(annotations: Group, x: number): Marker {
  return { key: annotations.map(({ id }) => id).join(' '), annotations, x }
}
