// For how long everything is kept, in days: 0 is for ever, null follows the installation.
import { bool, list, nullable, number, object, text, timeMs, type JsonObject } from './shape'

export const KEPT_LEVELS = ['raw', 'minute', 'hour'] as const
/** Quarters of an hour go with the minutes; days are kept for ever. */
export type KeptLevel = (typeof KEPT_LEVELS)[number]

export type Periods = Readonly<Record<KeptLevel, number>>
export type OwnPeriods = Readonly<Record<KeptLevel, number | null>>

/** What is to be deleted of a level. */
export type Due = {
  readonly level: string
  /** Everything before it; null where it is kept for ever. */
  readonly untilMs: number | null
  readonly rows: number
  /** There are more than were counted. */
  readonly more: boolean
}

export type Retention = {
  readonly kept: Periods
  /** Devices that have periods of their own. */
  readonly devices: ReadonlyMap<string, OwnPeriods>
}

export type DeviceRetention = {
  readonly own: OwnPeriods
  readonly kept: Periods
  readonly due: readonly Due[]
}

function parseOwn(raw: JsonObject, where: string): OwnPeriods {
  const days = (level: KeptLevel) => nullable(raw[`${level}_days`], `${where}.${level}_days`, number)
  return { raw: days('raw'), minute: days('minute'), hour: days('hour') }
}

function parsePeriods(value: unknown, where: string): Periods {
  const raw = object(value, where)
  const days = (level: KeptLevel) => number(raw[`${level}_days`], `${where}.${level}_days`)
  return { raw: days('raw'), minute: days('minute'), hour: days('hour') }
}

function parseDue(value: unknown, where: string): Due {
  const raw = object(value, where)
  return {
    level: text(raw.level, `${where}.level`),
    untilMs: nullable(raw.until, `${where}.until`, timeMs),
    rows: number(raw.rows, `${where}.rows`),
    more: bool(raw.more, `${where}.more`),
  }
}

export function parseRetention(value: unknown): Retention {
  const raw = object(value, 'retention')
  const devices = list(raw.devices, 'retention.devices', (one, where): [string, OwnPeriods] => {
    const device = object(one, where)
    return [text(device.device, `${where}.device`), parseOwn(device, where)]
  })
  return { kept: parsePeriods(raw, 'retention'), devices: new Map(devices) }
}

export function parseDeviceRetention(value: unknown): DeviceRetention {
  const raw = object(value, 'retention')
  return {
    own: parseOwn(raw, 'retention'),
    kept: parsePeriods(raw.kept, 'retention.kept'),
    due: list(raw.due, 'retention.due', parseDue),
  }
}
