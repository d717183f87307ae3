// Change a webhook.
import { updateWebhook } from '../../api/update-webhook'
import { Dialog } from '../../components/dialog'
import type { Webhook } from '../../protocol/webhook'
import { WebhookForm } from './webhook-form'

type ChangeWebhookDialogProps = {
  readonly webhook: Webhook
  readonly onChanged: (webhook: Webhook) => void
  readonly onClose: () => void
}

export function ChangeWebhookDialog({ webhook, onChanged, onClose }: ChangeWebhookDialogProps) {
  const { name, url, events, devices, enabled } = webhook
  return (
    <Dialog title={`Change ${name}`} onClose={onClose}>
      <WebhookForm
        initial={{ name, url, events, devices, enabled }}
        save={(draft) => updateWebhook(webhook.id, draft)}
        words="Save"
        onSaved={(answer) => {
          onChanged(answer)
          onClose()
        }}
      />
    </Dialog>
  )
}
