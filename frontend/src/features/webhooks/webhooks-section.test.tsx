import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { violations } from '../../testing/axe'
import { example, Settings } from '../../testing/settings'

const user = userEvent.setup({ delay: null })
const [HOOK] = example('webhooks') as [{ id: string; last: object }]
const DELIVERY = example('delivery') as object
const PATH = `/api/webhooks/${HOOK.id}/`
let settings: Settings

beforeEach(() => {
  settings = new Settings()
  settings.api
    .on('GET /api/webhooks/', { body: [HOOK] })
    .on(`GET ${PATH}deliveries/`, { body: example('deliveries') })
})

afterEach(() => settings.close())

async function open(permissions?: readonly string[]): Promise<void> {
  settings.open('webhooks', permissions)
  await screen.findByTestId('webhook-Home automation')
}

const hook = () => within(screen.getByTestId('webhook-Home automation'))
const dialog = () => within(screen.getByRole('dialog'))

describe('the webhooks', () => {
  test('say where they lead, what they are told, and how that went', async () => {
    await open()
    const words = screen.getByTestId('webhook-Home automation').textContent
    expect(words).toContain('https://hooks.example.org/sense')
    expect(words).toContain('A device comes and goes: came online, went offline · Devices: removed')
    expect(words).toContain('DevicesKitchen')
    expect(words).toContain('The receiver answered with status 503. 2 messages waiting.')
    expect(await violations()).toEqual([])
  })

  test('follow what others change, without asking again', async () => {
    await open()
    settings.changed('webhook', 'update', HOOK.id, { ...HOOK, enabled: false, waiting: 0 })
    expect(hook().getByText('Off')).toBeTruthy()
    settings.changed('webhook', 'remove', HOOK.id, null)
    expect(screen.getByText('There are no webhooks yet.')).toBeTruthy()
    expect(settings.count('GET /api/webhooks/')).toBe(1)
  })

  test('are only looked at by who may not change them', async () => {
    await open(['view_webhook'])
    expect(screen.queryByRole('button', { name: /Add|Change|test|secret|Delete/ })).toBeNull()
  })

  test('that cannot be read say why', async () => {
    settings.api.on('GET /api/webhooks/', new TypeError('network'))
    settings.open('webhooks')
    expect((await screen.findByRole('alert')).textContent).toContain('The server cannot be reached.')
  })
})

test('one is added, and its secret shown once', async () => {
  await open()
  const created = example('webhook-created') as object
  settings.api.on('POST /api/webhooks/', { status: 201, body: { ...created, id: 'new', name: 'Lamp' } })
  await user.click(screen.getByRole('button', { name: 'Add a webhook' }))
  await user.type(dialog().getByLabelText('Name'), 'Lamp')
  await user.type(dialog().getByLabelText('Address'), 'https://lamp.example.org/')
  await user.click(within(dialog().getByRole('group', { name: 'Notes' })).getByLabelText('Added'))
  await user.click(dialog().getByLabelText('Came online'))
  await user.click(dialog().getByRole('radio', { name: 'Some of them' }))
  await user.click(dialog().getByLabelText('Kitchen'))
  expect(await violations()).toEqual([])
  await user.click(dialog().getByRole('button', { name: 'Add' }))
  expect((await screen.findByTestId('webhook-secret')).textContent).toMatch(/^whsec_/)
  expect(settings.api.last('POST /api/webhooks/').body).toEqual({
    name: 'Lamp',
    url: 'https://lamp.example.org/',
    events: ['presence.offline', 'annotation.added'],
    devices: ['kitchen'],
    enabled: true,
  })
  await user.click(dialog().getByRole('button', { name: 'Done' }))
  expect(screen.getByTestId('webhook-Lamp')).toBeTruthy()
  expect(document.body.textContent).not.toContain('whsec_')
})

test('an address that is refused is told at its field', async () => {
  await open()
  const fields = { url: ['This address is inside of your network.'] }
  settings.api.on(`PATCH ${PATH}`, { status: 400, body: { code: 'invalid', detail: '…', fields } })
  await user.click(hook().getByRole('button', { name: 'Change…' }))
  await user.click(dialog().getByRole('button', { name: 'Save' }))
  expect((await screen.findByRole('alert')).textContent).toBe('This address is inside of your network.')
})

test('events that this page does not know stay chosen', async () => {
  settings.api.on('GET /api/webhooks/', { body: [{ ...HOOK, events: ['alert.fired'] }] })
  await open()
  settings.api.on(`PATCH ${PATH}`, { body: HOOK })
  await user.click(hook().getByRole('button', { name: 'Change…' }))
  expect(dialog().getByLabelText('alert.fired')).toHaveProperty('checked', true)
  await user.click(dialog().getByRole('button', { name: 'Save' }))
  await waitFor(() =>
    expect(settings.api.last(`PATCH ${PATH}`).body).toMatchObject({ events: ['alert.fired'] }),
  )
})

test('a new secret is made after asking', async () => {
  await open()
  settings.api.on(`POST ${PATH}rotate/`, { body: example('webhook-secret') })
  await user.click(hook().getByRole('button', { name: 'New secret…' }))
  await user.click(hook().getByRole('button', { name: 'Make a new one' }))
  expect((await screen.findByTestId('webhook-secret')).textContent).toMatch(/^whsec_/)
})

test('one is deleted after asking', async () => {
  await open()
  settings.api.on(`DELETE ${PATH}`, { status: 204 })
  await user.click(hook().getByRole('button', { name: 'Delete…' }))
  await user.click(hook().getByRole('button', { name: 'Delete' }))
  expect(await screen.findByText('There are no webhooks yet.')).toBeTruthy()
})

describe('a test', () => {
  test('shows what became of it', async () => {
    await open()
    const delivered = {
      ...DELIVERY,
      attempts: 1,
      state: 'delivered',
      status: 200,
      took_ms: 41,
      next_try: null,
    }
    settings.api
      .on(`POST ${PATH}test/`, { status: 202, body: DELIVERY })
      .on(`GET ${PATH}deliveries/`, { body: { deliveries: [delivered], more: false } })
    await user.click(hook().getByRole('button', { name: 'Send a test' }))
    expect(await hook().findByText('Test: it is sent in a moment')).toBeTruthy()
    expect(await hook().findByText('Test: delivered · answered with status 200 after 41 ms')).toBeTruthy()
    // What was sent last was this test, and not what had failed before.
    expect(screen.getByTestId('webhook-Home automation').textContent).not.toContain('status 503')
    expect(hook().getByRole('button', { name: 'Send a test' })).toHaveProperty('disabled', false)
  })

  test('that failed says why, and when it is tried again', async () => {
    await open()
    const tried = { ...DELIVERY, attempts: 1, detail: 'The connection was refused.' }
    settings.api
      .on(`POST ${PATH}test/`, { status: 202, body: DELIVERY })
      .on(`GET ${PATH}deliveries/`, { body: { deliveries: [tried], more: false } })
    await user.click(hook().getByRole('button', { name: 'Send a test' }))
    expect(
      await hook().findByText(/Test: waiting · tried once · The connection was refused · next try 20 Nov/),
    ).toBeTruthy()
  })
})

describe('the log of deliveries', () => {
  // A click on a summary toggles it only in a browser.
  function unfold(): void {
    const details = screen.getByTestId<HTMLDetailsElement>('deliveries-Home automation')
    details.open = true
    fireEvent(details, new Event('toggle'))
  }

  test('is asked for once it is opened', async () => {
    await open()
    expect(settings.count(`GET ${PATH}deliveries/`)).toBe(0)
    unfold()
    expect(await hook().findByText('presence.offline')).toBeTruthy()
    expect(
      hook().getByText(/tried 2 times · The receiver answered with status 503 after 41 ms · next try/),
    ).toBeTruthy()
    expect(await violations()).toEqual([])
  })

  test('lets what was delivered be sent again, and follows it', async () => {
    await open()
    unfold()
    const { deliveries } = example('deliveries') as { deliveries: { id: string }[] }
    const delivered = deliveries[1] as { id: string }
    const anew = { ...delivered, state: 'waiting', attempts: 0, status: null, took_ms: null }
    settings.api.on(`POST ${PATH}deliveries/${delivered.id}/again/`, { status: 202, body: anew })
    await user.click(await hook().findByRole('button', { name: /^Send again: presence.online/ }))
    expect(await hook().findByText(/it is sent in a moment/)).toBeTruthy()
    const failed = { ...anew, state: 'failed', attempts: 1, detail: 'The connection was refused.' }
    settings.api.on(`GET ${PATH}deliveries/`, { body: { deliveries: [failed], more: false } })
    expect(await hook().findByText(/tried once · The connection was refused/)).toBeTruthy()
    expect(hook().getAllByText('presence.online')).toHaveLength(1)
  })

  test('shows older ones when asked', async () => {
    const { deliveries } = example('deliveries') as { deliveries: object[] }
    settings.api.on(`GET ${PATH}deliveries/`, { body: { deliveries, more: true } })
    await open()
    unfold()
    const older = [{ ...deliveries[1], id: 'older', event: 'device.removed' }]
    await hook().findByText('presence.offline')
    settings.api.on(`GET ${PATH}deliveries/`, { body: { deliveries: older, more: false } })
    await user.click(hook().getByRole('button', { name: 'Show older ones' }))
    expect(await hook().findByText('device.removed')).toBeTruthy()
    expect(hook().getByText('presence.offline')).toBeTruthy()
    expect(hook().queryByRole('button', { name: 'Show older ones' })).toBeNull()
  })
})
