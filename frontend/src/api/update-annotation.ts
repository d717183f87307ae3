// Change what was written on the time axis, or its time.
import { parseAnnotation, type Annotation } from '../protocol/annotation'
import { annotationPath } from './annotation-path'
import { request } from './request'

export type AnnotationEdit = Pick<Annotation, 'startMs' | 'endMs' | 'text'>

export function updateAnnotation(id: string, { startMs, endMs, text }: AnnotationEdit): Promise<Annotation> {
  return request(annotationPath(id), parseAnnotation, {
    method: 'PATCH',
    body: { start: startMs, end: endMs, text },
  })
}
