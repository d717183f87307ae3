// Write on the time axis, about a device or about all.
import { parseAnnotation, type Annotation } from '../protocol/annotation'
import { request } from './request'

export type AnnotationDraft = Pick<Annotation, 'device' | 'startMs' | 'endMs' | 'text'>

export function createAnnotation({ device, startMs, endMs, text }: AnnotationDraft): Promise<Annotation> {
  return request('/api/annotations/', parseAnnotation, {
    method: 'POST',
    body: { device, start: startMs, end: endMs, text },
  })
}
