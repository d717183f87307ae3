// What a link shows, and whether it still does, in words.
import { formatShortMoment, formatStretch } from '../../charts/format-time'
import type { ShareLink } from '../../protocol/share'
import { formatAge, formatCount } from '../live/words'

export const STATE_WORDS: Record<ShareLink['state'], string> = {
  active: 'Active',
  expired: 'Expired',
  revoked: 'Ended',
}

export function spanWords({ startMs, endMs }: Pick<ShareLink, 'startMs' | 'endMs'>): string {
  if (startMs !== null && endMs !== null) return formatStretch({ fromMs: startMs, toMs: endMs })
  if (endMs !== null) return `all up to ${formatShortMoment(endMs)}`
  return startMs === null ? 'live, and all the past' : `live, and since ${formatShortMoment(startMs)}`
}

export function openedWords({ uses, lastUsedMs }: ShareLink, nowMs: number): string {
  if (lastUsedMs === null) return 'never opened'
  const times = uses === 1 ? 'once' : formatCount(uses, 'time')
  return `opened ${times}, last ${formatAge(Math.max(0, nowMs - lastUsedMs))}`
}

export function expiryWords({ state, expiresMs }: ShareLink): string {
  if (state === 'revoked') return 'ended by hand'
  return state === 'active'
    ? `until ${formatShortMoment(expiresMs)}`
    : `expired ${formatShortMoment(expiresMs)}`
}
