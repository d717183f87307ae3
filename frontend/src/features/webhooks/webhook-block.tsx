// One webhook: where it leads, what it is told, how that went, and what can be done.
import { Badge } from '../../components/badge'
import { Block } from '../../components/block'
import { Notice } from '../../components/notice'
import { Panel } from '../../components/panel'
import { useNow } from '../../components/use-now'
import { useLiveState } from '../../live/use-live'
import type { Delivery, LastDelivery, Webhook } from '../../protocol/webhook'
import { ProblemNotice } from '../forms/problem-notice'
import { formatAge, formatCount } from '../live/words'
import { DeliveryLog } from './delivery-log'
import { deliveryWords, isTried, STATE_TONES, STATE_WORDS } from './delivery-words'
import { eventWords } from './events'
import { useSending } from './use-sending'
import { WebhookActions } from './webhook-actions'
import styles from './webhook-block.module.css'

type WebhookBlockProps = {
  readonly webhook: Webhook
  readonly permissions: readonly string[]
  readonly onChanged: (webhook: Webhook) => void
  readonly onDeleted: () => void
}

export function WebhookBlock({ webhook, permissions, onChanged, onDeleted }: WebhookBlockProps) {
  const test = useSending(webhook.id)
  return (
    <Block
      title={webhook.name}
      testId={`webhook-${webhook.name}`}
      action={webhook.enabled ? <Badge tone="good">On</Badge> : <Badge tone="warn">Off</Badge>}
    >
      <Facts webhook={webhook} last={lastOf(webhook, test.delivery)} />
      <WebhookActions
        webhook={webhook}
        permissions={permissions}
        test={test}
        onChanged={onChanged}
        onDeleted={onDeleted}
      />
      {test.delivery && <TestResult delivery={test.delivery} />}
      <ProblemNotice problem={test.problem} />
      <Panel testId={`deliveries-${webhook.name}`} title="What it was told">
        <DeliveryLog webhook={webhook.id} sent={test.delivery} />
      </Panel>
    </Block>
  )
}

/** The list came before the test: it knows nothing of it. */
function lastOf({ last }: Webhook, test: Delivery | null): LastDelivery | null {
  if (!test || !isTried(test) || test.createdMs < (last?.timeMs ?? 0)) return last
  const { createdMs, state, status, detail } = test
  return { timeMs: createdMs, ok: state === 'delivered', status, detail }
}

type FactsProps = { readonly webhook: Webhook; readonly last: LastDelivery | null }

function Facts({ webhook, last }: FactsProps) {
  const nowMs = useNow(30_000)
  const { url, events, waiting } = webhook
  return (
    <dl className={styles.facts}>
      <dt>Address</dt>
      <dd className={styles.url}>{url}</dd>
      <dt>Is told of</dt>
      <dd>{eventWords(events) || 'nothing'}</dd>
      <dt>Devices</dt>
      <dd>
        <DeviceWords devices={webhook.devices} />
      </dd>
      <dt>Last</dt>
      <dd>
        {last === null ? (
          'Nothing was sent yet.'
        ) : (
          <>
            <Badge tone={last.ok ? 'good' : 'bad'}>{last.ok ? 'Delivered' : 'Failed'}</Badge>{' '}
            {[formatAge(Math.max(0, nowMs - last.timeMs)), last.detail].filter(Boolean).join(' · ')}
          </>
        )}
        {waiting > 0 && ` ${formatCount(waiting, 'message')} waiting.`}
      </dd>
    </dl>
  )
}

function DeviceWords({ devices }: { readonly devices: readonly string[] | null }) {
  const known = useLiveState((state) => state.devices)
  if (devices === null) return 'all'
  return devices.map((id) => known.get(id)?.name ?? id).join(', ') || 'none'
}

function TestResult({ delivery }: { readonly delivery: Delivery }) {
  const tone = STATE_TONES[delivery.state]
  return (
    <Notice tone={tone === 'good' ? 'calm' : tone}>
      Test: {isTried(delivery) && `${STATE_WORDS[delivery.state].toLowerCase()} · `}
      {deliveryWords(delivery)}
    </Notice>
  )
}
