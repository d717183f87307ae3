// What people wrote, for tests: as the page holds it, and as the server says it.
import { parseAnnotation, type Annotation } from '../protocol/annotation'
import { START_MS } from './messages'

export function annotationJson(over: object = {}) {
  return {
    id: '0b6f3f0e-8a55-4f0a-9d5e-2f1c7c1f9a10',
    device: 'kitchen',
    start: START_MS,
    end: null,
    text: 'Window open',
    author: 'maker',
    created: START_MS + 1_000,
    ...over,
  }
}

export function annotation(over: object = {}): Annotation {
  return parseAnnotation(annotationJson(over))
}

export function annotationChangeJson(action: 'add' | 'update' | 'remove', over: object = {}) {
  const data = annotationJson(over)
  return {
    type: 'change',
    model: 'annotation',
    action,
    id: data.id,
    data: action === 'remove' ? null : data,
    device: data.device,
    origin: null,
  }
}
