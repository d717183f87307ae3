// Addresses that are told what happens here, and what became of telling them.
import { bool, list, nullable, number, object, oneOf, text, timeMs } from './shape'

export type LastDelivery = {
  readonly timeMs: number
  readonly ok: boolean
  /** Of HTTP; null when there was no answer. */
  readonly status: number | null
  readonly detail: string
}

export type Webhook = {
  readonly id: string
  readonly name: string
  readonly url: string
  readonly events: readonly string[]
  /** Null for all of them. */
  readonly devices: readonly string[] | null
  readonly enabled: boolean
  readonly createdMs: number
  readonly waiting: number
  readonly last: LastDelivery | null
}

export type CreatedWebhook = Webhook & { readonly secret: string }

const STATES = ['waiting', 'delivered', 'failed'] as const

export type Delivery = {
  readonly id: string
  readonly event: string
  readonly createdMs: number
  readonly attempts: number
  readonly state: (typeof STATES)[number]
  readonly status: number | null
  readonly detail: string
  readonly nextTryMs: number | null
  readonly tookMs: number | null
}

export type DeliveryLog = { readonly deliveries: readonly Delivery[]; readonly more: boolean }

function parseLast(value: unknown, where: string): LastDelivery {
  const raw = object(value, where)
  return {
    timeMs: timeMs(raw.time, `${where}.time`),
    ok: bool(raw.ok, `${where}.ok`),
    status: nullable(raw.status, `${where}.status`, number),
    detail: text(raw.detail, `${where}.detail`),
  }
}

export function parseWebhook(value: unknown, where = 'webhook'): Webhook {
  const raw = object(value, where)
  return {
    id: text(raw.id, `${where}.id`),
    name: text(raw.name, `${where}.name`),
    url: text(raw.url, `${where}.url`),
    events: list(raw.events, `${where}.events`, text),
    devices: nullable(raw.devices, `${where}.devices`, (all, at) => list(all, at, text)),
    enabled: bool(raw.enabled, `${where}.enabled`),
    createdMs: timeMs(raw.created, `${where}.created`),
    waiting: number(raw.waiting, `${where}.waiting`),
    last: nullable(raw.last, `${where}.last`, parseLast),
  }
}

export function parseWebhooks(value: unknown): Webhook[] {
  return list(value, 'webhooks', parseWebhook)
}

export function parseWebhookSecret(value: unknown): string {
  return text(object(value, 'webhook').secret, 'webhook.secret')
}

export function parseCreatedWebhook(value: unknown): CreatedWebhook {
  return { ...parseWebhook(value), secret: parseWebhookSecret(value) }
}

export function parseDelivery(value: unknown, where = 'delivery'): Delivery {
  const raw = object(value, where)
  return {
    id: text(raw.id, `${where}.id`),
    event: text(raw.event, `${where}.event`),
    createdMs: timeMs(raw.created, `${where}.created`),
    attempts: number(raw.attempts, `${where}.attempts`),
    state: oneOf(STATES, raw.state, `${where}.state`),
    status: nullable(raw.status, `${where}.status`, number),
    detail: text(raw.detail, `${where}.detail`),
    nextTryMs: nullable(raw.next_try, `${where}.next_try`, timeMs),
    tookMs: nullable(raw.took_ms, `${where}.took_ms`, number),
  }
}

export function parseDeliveryLog(value: unknown): DeliveryLog {
  const raw = object(value, 'log')
  return {
    deliveries: list(raw.deliveries, 'log.deliveries', parseDelivery),
    more: bool(raw.more, 'log.more'),
  }
}
