// What became of telling a webhook, in words.
import { formatShortMoment } from '../../charts/format-time'
import type { Delivery } from '../../protocol/webhook'

export const STATE_WORDS: Record<Delivery['state'], string> = {
  waiting: 'Waiting',
  delivered: 'Delivered',
  failed: 'Failed',
}

export const STATE_TONES = { waiting: 'warn', delivered: 'good', failed: 'bad' } as const

export function deliveryWords(delivery: Delivery): string {
  const { state, attempts, detail, nextTryMs } = delivery
  if (state === 'waiting' && attempts === 0) return 'it is sent in a moment'
  const tries = attempts === 1 ? 'tried once' : `tried ${attempts} times`
  const answer = [detail.replace(/\.$/, '') || answerWords(delivery), tookWords(delivery)].join('')
  const next = state === 'waiting' && nextTryMs !== null ? `next try ${formatShortMoment(nextTryMs)}` : ''
  return [state === 'delivered' && attempts === 1 ? '' : tries, answer, next].filter(Boolean).join(' · ')
}

function answerWords({ status }: Delivery): string {
  return status === null ? 'no answer' : `answered with status ${status}`
}

function tookWords({ tookMs }: Delivery): string {
  return tookMs === null ? '' : ` after ${tookMs} ms`
}

/** Whether there is something to tell of it: it was tried at least once. */
export function isTried({ state, attempts }: Delivery): boolean {
  return state !== 'waiting' || attempts > 0
}
