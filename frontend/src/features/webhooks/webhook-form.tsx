// A webhook's name, its address, and what it is told.
import { useState } from 'react'
import type { WebhookDraft } from '../../api/create-webhook'
import { Button } from '../../components/button'
import { CheckBox } from '../../components/check-box'
import { Field } from '../../components/field'
import { Form } from '../../components/form'
import { ProblemNotice } from '../forms/problem-notice'
import { useCall } from '../forms/use-call'
import { DeviceFields } from './device-fields'
import { EventFields } from './event-fields'

type WebhookFormProps<T> = {
  readonly initial: WebhookDraft
  readonly save: (draft: WebhookDraft) => Promise<T>
  readonly words: string
  readonly onSaved: (answer: T) => void
}

const FIELDS = ['name', 'url', 'events', 'devices']

export function WebhookForm<T>({ initial, save, words, onSaved }: WebhookFormProps<T>) {
  const [draft, setDraft] = useState(initial)
  const { busy, problem, fault, run } = useCall()
  const change = (part: Partial<WebhookDraft>) => setDraft({ ...draft, ...part })
  const clean = { ...draft, name: draft.name.trim(), url: draft.url.trim() }
  return (
    <Form label="Webhook" onSubmit={() => run(() => save(clean), onSaved)}>
      <Field
        label="Name"
        hint="What it is for, for example: Home automation"
        value={draft.name}
        onChange={(event) => change({ name: event.target.value })}
        error={fault('name')}
        maxLength={100}
        required
        autoFocus
        autoComplete="off"
      />
      <Field
        label="Address"
        type="url"
        placeholder="https://…"
        value={draft.url}
        onChange={(event) => change({ url: event.target.value })}
        error={fault('url')}
        mono
        required
        autoComplete="off"
        spellCheck={false}
      />
      <EventFields chosen={draft.events} error={fault('events')} onChange={(events) => change({ events })} />
      <DeviceFields
        chosen={draft.devices}
        error={fault('devices')}
        onChange={(devices) => change({ devices })}
      />
      <CheckBox
        label="Switched on"
        checked={draft.enabled}
        onChange={(event) => change({ enabled: event.target.checked })}
      />
      <ProblemNotice problem={problem} shownFields={FIELDS} />
      <Button weight="main" type="submit" disabled={busy}>
        {words}
      </Button>
    </Form>
  )
}
