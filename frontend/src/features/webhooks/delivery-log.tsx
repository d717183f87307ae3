// What a webhook was told, the newest first, and whether it arrived.
import { useCallback, useState } from 'react'
import { fetchDeliveries } from '../../api/fetch-deliveries'
import { sendDeliveryAgain } from '../../api/send-delivery-again'
import { formatShortMoment } from '../../charts/format-time'
import { Badge } from '../../components/badge'
import { Button } from '../../components/button'
import { Row, Rows } from '../../components/rows'
import type { Delivery } from '../../protocol/webhook'
import { ProblemNotice } from '../forms/problem-notice'
import { useCall } from '../forms/use-call'
import { usePages } from '../forms/use-pages'
import styles from './delivery-log.module.css'
import { deliveryWords, STATE_TONES, STATE_WORDS } from './delivery-words'

type DeliveryLogProps = {
  readonly webhook: string
  /** A test that was sent meanwhile. */
  readonly sent: Delivery | null
}

export function DeliveryLog({ webhook, sent }: DeliveryLogProps) {
  const fetchPage = useCallback(
    async (beforeMs: number | null, signal: AbortSignal) => {
      const { deliveries, more } = await fetchDeliveries(webhook, beforeMs, signal)
      return { items: deliveries, more }
    },
    [webhook],
  )
  const log = usePages(fetchPage, ({ createdMs }) => createdMs)
  const [again, setAgain] = useState<readonly Delivery[]>([])
  if (!log.items)
    return (
      <div className={styles.log}>{log.problem ? <ProblemNotice problem={log.problem} /> : 'Asking…'}</div>
    )
  const refresh = () => {
    setAgain([])
    log.refresh()
  }
  const deliveries = withNews(log.items, sent ? [sent, ...again] : again)
  return (
    <div className={styles.log}>
      {deliveries.length === 0 && <p>Nothing yet.</p>}
      <Rows>
        {deliveries.map((delivery) => (
          <DeliveryRow
            key={delivery.id}
            webhook={webhook}
            delivery={delivery}
            onSent={(one) => setAgain([one, ...again.filter(({ id }) => id !== one.id)])}
          />
        ))}
      </Rows>
      <ProblemNotice problem={log.problem} />
      <div className={styles.buttons}>
        <Button small disabled={log.busy} onClick={refresh}>
          Refresh
        </Button>
        {log.more && (
          <Button small weight="quiet" disabled={log.busy} onClick={log.older}>
            Show older ones
          </Button>
        )}
      </div>
    </div>
  )
}

/** The newest first. What was sent from here meanwhile stands in it as it was told last. */
function withNews(log: readonly Delivery[], news: readonly Delivery[]): Delivery[] {
  const others = log.filter(
    (one) => !news.some(({ id, attempts }) => id === one.id && attempts >= one.attempts),
  )
  const fresh = news.filter(({ id }) => !others.some((one) => one.id === id))
  return [...fresh, ...others].sort((one, other) => other.createdMs - one.createdMs)
}

type DeliveryRowProps = {
  readonly webhook: string
  readonly delivery: Delivery
  readonly onSent: (delivery: Delivery) => void
}

function DeliveryRow({ webhook, delivery, onSent }: DeliveryRowProps) {
  const { busy, problem, run } = useCall()
  const { id, event, createdMs, state } = delivery
  const when = formatShortMoment(createdMs)
  return (
    <Row
      title={<span className={styles.event}>{event}</span>}
      badges={<Badge tone={STATE_TONES[state]}>{STATE_WORDS[state]}</Badge>}
      words={`${when} · ${deliveryWords(delivery)}`}
      actions={
        state !== 'waiting' && (
          <Button
            weight="quiet"
            small
            disabled={busy}
            aria-label={`Send again: ${event} of ${when}`}
            onClick={() => run(() => sendDeliveryAgain(webhook, id), onSent)}
          >
            Send again
          </Button>
        )
      }
    >
      {problem && <ProblemNotice problem={problem} />}
    </Row>
  )
}
