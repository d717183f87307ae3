// Send something to a webhook, and look until it is known what became of it.
import { useEffect, useState } from 'react'
import { fetchDeliveries } from '../../api/fetch-deliveries'
import type { Delivery } from '../../protocol/webhook'
import type { Problem } from '../forms/api-problem'
import { useCall } from '../forms/use-call'
import { isTried } from './delivery-words'

const LOOK_EVERY_MS = 1_000
// A receiver has ten seconds to answer.
const MOST_LOOKS = 20

type Watched = { readonly delivery: Delivery; readonly looks: number }

export type Sending = {
  /** The newest that is known of it. */
  readonly delivery: Delivery | null
  readonly busy: boolean
  readonly problem: Problem | null
  readonly send: (call: () => Promise<Delivery>) => void
  readonly forget: () => void
}

export function useSending(webhook: string): Sending {
  const [watched, setWatched] = useState<Watched | null>(null)
  const sending = useCall()
  const { run, problem } = useCall()
  const isOpen = watched !== null && !isTried(watched.delivery) && watched.looks < MOST_LOOKS && !problem
  useEffect(() => {
    if (!isOpen) return
    const timer = setTimeout(() => {
      run(
        () => fetchDeliveries(webhook),
        ({ deliveries }) => setWatched((now) => now && looked(now, deliveries)),
      )
    }, LOOK_EVERY_MS)
    return () => clearTimeout(timer)
    // Each look that was answered starts the next wait.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [isOpen, watched, webhook])
  return {
    delivery: watched?.delivery ?? null,
    busy: sending.busy || isOpen,
    problem: sending.problem ?? problem,
    send: (call) => sending.run(call, (delivery) => setWatched({ delivery, looks: 0 })),
    forget: () => setWatched(null),
  }
}

function looked({ delivery, looks }: Watched, log: readonly Delivery[]): Watched {
  return { delivery: log.find(({ id }) => id === delivery.id) ?? delivery, looks: looks + 1 }
}
