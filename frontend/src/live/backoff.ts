// How long to wait before trying again.

export type BackoffOptions = { firstMs?: number; limitMs?: number; random?: () => number }

/** Doubles with each attempt, with jitter, so that a thousand tabs do not come back in the same moment. */
export function backoffMs(attempt: number, options: BackoffOptions = {}): number {
  const { firstMs = 1_000, limitMs = 30_000, random = Math.random } = options
  const ceilingMs = Math.min(limitMs, firstMs * 2 ** attempt)
  return Math.round(ceilingMs * (0.5 + random() / 2))
}
