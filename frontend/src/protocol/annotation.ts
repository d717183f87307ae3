// What people write on the time axis, as the API and a change describe it.
import { bool, list, nullable, object, text, timeMs } from './shape'

export type Annotation = {
  readonly id: string
  /** The device it is about; null for the whole installation. */
  readonly device: string | null
  readonly startMs: number
  /** Its last moment; null when it is but a moment. */
  readonly endMs: number | null
  readonly text: string
  readonly author: string
  readonly createdMs: number
}

export type AnnotationList = {
  readonly annotations: readonly Annotation[]
  /** False when older ones of the span were left out. */
  readonly complete: boolean
}

export function parseAnnotation(value: unknown, where = 'annotation'): Annotation {
  const raw = object(value, where)
  return {
    id: text(raw.id, `${where}.id`),
    device: nullable(raw.device, `${where}.device`, text),
    startMs: timeMs(raw.start, `${where}.start`),
    endMs: nullable(raw.end, `${where}.end`, timeMs),
    text: text(raw.text, `${where}.text`),
    author: text(raw.author, `${where}.author`),
    createdMs: timeMs(raw.created, `${where}.created`),
  }
}

export function parseAnnotationList(value: unknown): AnnotationList {
  const raw = object(value, 'annotations')
  return {
    annotations: list(raw.annotations, 'annotations.annotations', parseAnnotation),
    complete: bool(raw.complete, 'annotations.complete'),
  }
}
