// Reading unknown JSON at the door: each function gives a typed value or names the field that is wrong.

export class ProtocolError extends Error {
  override name = 'ProtocolError'
}

export type JsonObject = { readonly [key: string]: unknown }

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'a list' : typeof value
}

function wrong(where: string, expected: string, value: unknown): ProtocolError {
  return new ProtocolError(`${where}: expected ${expected}, got ${kindOf(value)}`)
}

export function object(value: unknown, where: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrong(where, 'an object', value)
  return value as JsonObject
}

export function text(value: unknown, where: string): string {
  if (typeof value !== 'string') throw wrong(where, 'a string', value)
  return value
}

export function bool(value: unknown, where: string): boolean {
  if (typeof value !== 'boolean') throw wrong(where, 'a boolean', value)
  return value
}

export function number(value: unknown, where: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw wrong(where, 'a number', value)
  return value
}

export function timeMs(value: unknown, where: string): number {
  if (!Number.isSafeInteger(value)) throw wrong(where, 'whole milliseconds', value)
  return value as number
}

export function oneOf<T extends string>(known: readonly T[], value: unknown, where: string): T {
  const found = known.find((one) => one === value)
  if (found === undefined) throw new ProtocolError(`${where}: expected ${known.join(' or ')}`)
  return found
}

export function list<T>(value: unknown, where: string, item: (value: unknown, where: string) => T): T[] {
  if (!Array.isArray(value)) throw wrong(where, 'a list', value)
  return value.map((entry, index) => item(entry, `${where}[${index}]`))
}

export function nullable<T>(
  value: unknown,
  where: string,
  item: (value: unknown, where: string) => T,
): T | null {
  return value === null ? null : item(value, where)
}

export function json(raw: string, where: string): unknown {
  try {
    return JSON.parse(raw)
  } catch (cause) {
    throw new ProtocolError(`${where}: not JSON`, { cause })
  }
}
