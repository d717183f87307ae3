// What somebody changed, told as it happens: the whole object as this viewer gets it from the API, null when it is gone.
import { parseAnnotation, type Annotation } from './annotation'
import { parseDeviceState, type DeviceState } from './device'
import { parseMetric, type Metric } from './metric'
import { nullable, object, ProtocolError, text, type JsonObject } from './shape'

type Head = {
  readonly action: 'add' | 'update' | 'remove'
  readonly id: string
  /** The client that asked for it; null when it was not asked for by a page. */
  readonly origin: string | null
}
export type DeviceChange = Head & { readonly model: 'device'; readonly data: DeviceState | null }
export type MetricChange = Head & { readonly model: 'metric'; readonly data: Metric | null }
export type AnnotationChange = Head & { readonly model: 'annotation'; readonly data: Annotation | null }
/** Of what only single screens show ("person", "webhook", …): they read its data themselves. */
export type OtherChange = Head & {
  readonly model: 'other'
  readonly name: string
  readonly data: JsonObject | null
}
export type Change = DeviceChange | MetricChange | AnnotationChange | OtherChange

function parseHead(raw: JsonObject, where: string): Head {
  const action = text(raw.action, `${where}.action`)
  if (action !== 'add' && action !== 'update' && action !== 'remove') {
    throw new ProtocolError(`${where}.action: unknown action "${action}"`)
  }
  return {
    action,
    id: text(raw.id, `${where}.id`),
    origin: nullable(raw.origin, `${where}.origin`, text),
  }
}

export function parseChange(value: unknown, where = 'change'): Change {
  const raw = object(value, where)
  const head = parseHead(raw, where)
  const name = text(raw.model, `${where}.model`)
  const data = <T>(parse: (value: unknown, where: string) => T) =>
    head.action === 'remove' ? null : parse(raw.data, `${where}.data`)
  switch (name) {
    case 'device':
      return { ...head, model: name, data: data(parseDeviceState) }
    case 'metric':
      return { ...head, model: name, data: data(parseMetric) }
    case 'annotation':
      return { ...head, model: name, data: data(parseAnnotation) }
    default:
      return { ...head, model: 'other', name, data: data(object) }
  }
}
