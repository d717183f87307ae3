// Add a webhook, and take its secret along.
import { useState } from 'react'
import { createWebhook, type WebhookDraft } from '../../api/create-webhook'
import { Dialog } from '../../components/dialog'
import type { CreatedWebhook, Webhook } from '../../protocol/webhook'
import { SecretPanel } from './secret-panel'
import { WebhookForm } from './webhook-form'

type AddWebhookDialogProps = {
  readonly onAdded: (webhook: Webhook) => void
  readonly onClose: () => void
}

const EMPTY: WebhookDraft = {
  name: '',
  url: '',
  events: ['presence.online', 'presence.offline'],
  devices: null,
  enabled: true,
}

export function AddWebhookDialog({ onAdded, onClose }: AddWebhookDialogProps) {
  const [created, setCreated] = useState<CreatedWebhook | null>(null)
  const added = (webhook: CreatedWebhook) => {
    const { secret: _, ...plain } = webhook
    onAdded(plain)
    setCreated(webhook)
  }
  return (
    <Dialog
      title={created ? `${created.name} is ready` : 'Add a webhook'}
      onClose={onClose}
      keepOpen={created !== null}
    >
      {created ? (
        <SecretPanel secret={created.secret} onDone={onClose} />
      ) : (
        <WebhookForm initial={EMPTY} save={createWebhook} words="Add" onSaved={added} />
      )}
    </Dialog>
  )
}
