// Take something off the time axis again.
import { annotationPath } from './annotation-path'
import { request } from './request'

export function deleteAnnotation(id: string): Promise<void> {
  return request(annotationPath(id), () => undefined, { method: 'DELETE' })
}
