// Addresses of other programs that are told what happens here.
import { useState } from 'react'
import { listWebhooks } from '../../api/list-webhooks'
import { Button } from '../../components/button'
import { Icon } from '../../components/icon'
import { Intro } from '../../components/intro'
import type { User } from '../../protocol/user'
import { parseWebhook } from '../../protocol/webhook'
import { LoadedContent } from '../forms/loaded-content'
import { useLiveList } from '../forms/use-live-list'
import { AddWebhookDialog } from './add-webhook-dialog'
import { WebhookBlock } from './webhook-block'

export function WebhooksSection({ user }: { readonly user: User }) {
  const [isAdding, setAdding] = useState(false)
  const list = useLiveList('webhook', listWebhooks, parseWebhook)
  const mayAdd = user.permissions.includes('add_webhook')
  return (
    <>
      <Intro
        words="When something happens here, the server sends a signed message to an address of yours. Where nobody answers, it tries again for hours."
        action={
          mayAdd && (
            <Button onClick={() => setAdding(true)}>
              <Icon name="plus" /> Add a webhook
            </Button>
          )
        }
      />
      <LoadedContent loaded={list.loaded}>
        {(webhooks) => (
          <>
            {webhooks.length === 0 && <p>There are no webhooks yet.</p>}
            {[...webhooks]
              .sort((one, other) => one.createdMs - other.createdMs)
              .map((webhook) => (
                <WebhookBlock
                  key={webhook.id}
                  webhook={webhook}
                  permissions={user.permissions}
                  onChanged={list.put}
                  onDeleted={() => list.remove(webhook.id)}
                />
              ))}
          </>
        )}
      </LoadedContent>
      {isAdding && <AddWebhookDialog onAdded={list.put} onClose={() => setAdding(false)} />}
    </>
  )
}
