// What was written on a stretch of the time axis, about any device; `endMs` is exclusive.
import { parseAnnotationList, type AnnotationList } from '../protocol/annotation'
import { request } from './request'

export type AnnotationsAsk = {
  readonly startMs: number
  readonly endMs: number
  readonly signal?: AbortSignal
}

export function fetchAnnotations({ startMs, endMs, signal }: AnnotationsAsk): Promise<AnnotationList> {
  const query = new URLSearchParams({
    start: String(Math.floor(startMs)),
    end: String(Math.ceil(endMs)),
  })
  return request(`/api/annotations/?${query}`, parseAnnotationList, { signal })
}
