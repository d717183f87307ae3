// What can be done with a webhook: test it, change it, give it a new secret, delete it.
import { useState } from 'react'
import { deleteWebhook } from '../../api/delete-webhook'
import { rotateWebhookSecret } from '../../api/rotate-webhook-secret'
import { testWebhook } from '../../api/test-webhook'
import { AskingButton } from '../../components/asking-button'
import { Button } from '../../components/button'
import { Dialog } from '../../components/dialog'
import type { Webhook } from '../../protocol/webhook'
import { ProblemNotice } from '../forms/problem-notice'
import { useCall } from '../forms/use-call'
import { ChangeWebhookDialog } from './change-webhook-dialog'
import { SecretPanel } from './secret-panel'
import type { Sending } from './use-sending'
import styles from './webhook-block.module.css'

type WebhookActionsProps = {
  readonly webhook: Webhook
  readonly permissions: readonly string[]
  readonly test: Sending
  readonly onChanged: (webhook: Webhook) => void
  readonly onDeleted: () => void
}

export function WebhookActions({ webhook, permissions, test, onChanged, onDeleted }: WebhookActionsProps) {
  const [isChanging, setChanging] = useState(false)
  const [secret, setSecret] = useState<string | null>(null)
  const { busy, problem, run } = useCall()
  const may = (permission: string) => permissions.includes(permission)
  return (
    <>
      <div className={styles.actions}>
        {may('change_webhook') && (
          <>
            <Button disabled={test.busy} onClick={() => test.send(() => testWebhook(webhook.id))}>
              {test.busy ? 'Testing…' : 'Send a test'}
            </Button>
            <Button onClick={() => setChanging(true)}>Change…</Button>
            <AskingButton
              label="New secret…"
              question="For a day, the old secret signs beside the new one."
              yes="Make a new one"
              weight="plain"
              busy={busy}
              onYes={() => run(() => rotateWebhookSecret(webhook.id), setSecret)}
            />
          </>
        )}
        {may('delete_webhook') && (
          <AskingButton
            weight="quiet"
            label="Delete…"
            question={`Delete ${webhook.name}, and what waits to be sent?`}
            yes="Delete"
            busy={busy}
            onYes={() => run(() => deleteWebhook(webhook.id), onDeleted)}
          />
        )}
      </div>
      <ProblemNotice problem={problem} />
      {isChanging && (
        <ChangeWebhookDialog webhook={webhook} onChanged={onChanged} onClose={() => setChanging(false)} />
      )}
      {secret && (
        <Dialog title={`A new secret for ${webhook.name}`} onClose={() => setSecret(null)} keepOpen>
          <SecretPanel secret={secret} onDone={() => setSecret(null)} />
        </Dialog>
      )}
    </>
  )
}
