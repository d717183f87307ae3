// What a webhook was told, the newest first, and whether it arrived.
import { useCallback } from 'react'
import { fetchDeliveries } from '../../api/fetch-deliveries'
import { sendDeliveryAgain } from '../../api/send-delivery-again'
import { formatShortMoment } from '../../charts/format-time'
import { Badge } from '../../components/badge'
import { Button } from '../../components/button'
import { Buttons } from '../../components/buttons'
import { Row, Rows } from '../../components/rows'
import type { Delivery } from '../../protocol/webhook'
import { FailedNotice } from '../forms/failed-notice'
import { ProblemNotice } from '../forms/problem-notice'
import { usePages } from '../forms/use-pages'
import styles from './delivery-log.module.css'
import { deliveryWords, STATE_TONES, STATE_WORDS } from './delivery-words'
import { useSending } from './use-sending'

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
  const again = useSending(webhook)
  const failed = log.problem && <FailedNotice problem={log.problem} busy={log.busy} onAgain={log.again} />
  if (!log.items) return <div className={styles.log}>{failed ?? <p role="status">Asking…</p>}</div>
  const refresh = () => {
    again.forget()
    log.refresh()
  }
  const deliveries = withAgain(withTest(log.items, sent), again.delivery)
  return (
    <div className={styles.log}>
      {deliveries.length === 0 && <p>Nothing yet.</p>}
      <Rows>
        {deliveries.map((delivery) => (
          <DeliveryRow
            key={delivery.id}
            delivery={delivery}
            busy={again.busy}
            onAgain={() => again.send(() => sendDeliveryAgain(webhook, delivery.id))}
          />
        ))}
      </Rows>
      {failed}
      <ProblemNotice problem={again.problem} />
      <Buttons>
        <Button small disabled={log.busy} onClick={refresh}>
          Refresh
        </Button>
        {log.more && !failed && (
          <Button small weight="quiet" disabled={log.busy} onClick={log.older}>
            Show older ones
          </Button>
        )}
      </Buttons>
    </div>
  )
}

/** A test that the log does not hold yet, or knows less of. */
function withTest(log: readonly Delivery[], test: Delivery | null): readonly Delivery[] {
  if (!test || log.some(({ id, attempts }) => id === test.id && attempts >= test.attempts)) return log
  return [test, ...log.filter(({ id }) => id !== test.id)]
}

/** Under the same id, from the start: what the log knows of it is of before. */
function withAgain(log: readonly Delivery[], again: Delivery | null): readonly Delivery[] {
  return again ? log.map((one) => (one.id === again.id ? again : one)) : log
}

type DeliveryRowProps = {
  readonly delivery: Delivery
  readonly busy: boolean
  readonly onAgain: () => void
}

function DeliveryRow({ delivery, busy, onAgain }: DeliveryRowProps) {
  const { event, createdMs, state } = delivery
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
            onClick={onAgain}
          >
            Send again
          </Button>
        )
      }
    />
  )
}
