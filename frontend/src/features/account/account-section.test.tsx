import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { violations } from '../../testing/axe'
import { example, Settings } from '../../testing/settings'

const user = userEvent.setup({ delay: null })
const ACCOUNT = {
  username: 'maker',
  email: '',
  two_factor: false,
  recovery_codes_left: 0,
  has_password: true,
}
let settings: Settings

beforeEach(() => {
  settings = new Settings()
  settings.api.on('GET /api/account/sessions/', { body: example('account-sessions') })
})

afterEach(() => settings.close())

async function open(account: object = {}): Promise<void> {
  settings.api.on('GET /api/account/', { body: { ...ACCOUNT, ...account } })
  settings.open('account', [])
  await screen.findByRole('heading', { name: 'Two-factor' })
}

const form = (name: string) => within(screen.getByRole('form', { name }))

describe('the e-mail address', () => {
  test('is changed with the password as a proof', async () => {
    await open()
    settings.api.on('PATCH /api/account/', { body: { ...ACCOUNT, email: 'maker@example.org' } })
    await user.type(form('E-mail').getByLabelText('Address'), 'maker@example.org')
    await user.type(form('E-mail').getByLabelText('Your password'), 'kettle')
    await user.click(form('E-mail').getByRole('button', { name: 'Save' }))
    expect(await screen.findByText('Saved.')).toBeTruthy()
    expect(settings.api.last('PATCH /api/account/').body).toEqual({
      email: 'maker@example.org',
      password: 'kettle',
    })
  })

  test('needs no password where there is none', async () => {
    await open({ has_password: false })
    settings.api.on('PATCH /api/account/', { body: { ...ACCOUNT, email: 'm@example.org' } })
    await user.type(form('E-mail').getByLabelText('Address'), 'm@example.org')
    await user.click(form('E-mail').getByRole('button', { name: 'Save' }))
    await waitFor(() =>
      expect(settings.api.last('PATCH /api/account/').body).toEqual({ email: 'm@example.org' }),
    )
  })
})

describe('the password', () => {
  async function change(current: string, first: string, second: string): Promise<void> {
    const fields = form('Password')
    await user.type(fields.getByLabelText('Your password'), current)
    await user.type(fields.getByLabelText('New password'), first)
    await user.type(fields.getByLabelText('New password again'), second)
    await user.click(fields.getByRole('button', { name: 'Change the password' }))
  }

  test('is changed, and the sessions are asked for anew', async () => {
    await open()
    settings.api.on('POST /api/account/password/', { status: 204 })
    await change('old', 'a good new one', 'a good new one')
    expect(await screen.findByText(/All other sessions were ended/)).toBeTruthy()
    expect(settings.api.last('POST /api/account/password/').body).toEqual({
      current: 'old',
      password: 'a good new one',
    })
    await waitFor(() => expect(settings.count('GET /api/account/sessions/')).toBe(2))
    expect(form('Password').getByLabelText('New password')).toHaveProperty('value', '')
  })

  test('is not sent while the two are not the same', async () => {
    await open()
    await change('old', 'a good new one', 'a good old one')
    expect(settings.count('POST /api/account/password/')).toBe(0)
    expect(form('Password').getByLabelText<HTMLInputElement>('New password again').validationMessage).toBe(
      'The two passwords are not the same.',
    )
  })

  test('that is too weak is told at its field', async () => {
    await open()
    const fields = { password: ['This password is too common.'] }
    settings.api.on('POST /api/account/password/', {
      status: 400,
      body: { code: 'invalid', detail: 'password: …', fields },
    })
    await change('old', '12345678', '12345678')
    expect((await screen.findByRole('alert')).textContent).toBe('This password is too common.')
    expect(await violations()).toEqual([])
  })

  test('can be tried again when the server says so', async () => {
    await open()
    settings.api.on('POST /api/account/password/', {
      status: 429,
      body: { code: 'rate_limited', detail: 'Too many.', retry_ms: 90_000 },
    })
    await change('old', 'a good new one', 'a good new one')
    expect((await screen.findByRole('alert')).textContent).toContain(
      'Please try again in 1 minute 30 seconds.',
    )
  })

  test('can be set by who has none yet', async () => {
    await open({ has_password: false })
    settings.api.on('POST /api/account/password/', { status: 204 })
    await user.type(form('Password').getByLabelText('New password'), 'a good new one')
    await user.type(form('Password').getByLabelText('New password again'), 'a good new one')
    await user.click(screen.getByRole('button', { name: 'Set the password' }))
    expect(await screen.findByRole('button', { name: 'Change the password' })).toBeTruthy()
    expect(settings.api.last('POST /api/account/password/').body).toEqual({ password: 'a good new one' })
  })
})

describe('two-factor', () => {
  test('is set up with a secret, confirmed by a code, and shows the recovery codes once', async () => {
    await open()
    settings.api
      .on('POST /api/account/two-factor/', { body: example('two-factor-setup') })
      .on('POST /api/account/two-factor/confirm/', { body: example('recovery-codes') })
    await user.click(screen.getByRole('button', { name: 'Set up…' }))
    const dialog = within(screen.getByRole('dialog'))
    await user.type(dialog.getByLabelText('Your password'), 'kettle')
    await user.click(dialog.getByRole('button', { name: 'Go on' }))
    expect((await screen.findByTestId('two-factor-secret')).textContent).toMatch(/^JBSW Y3DP /)
    expect(dialog.getByRole('img')).toHaveProperty('alt', 'QR code for the authenticator app')
    expect(await violations()).toEqual([])
    await user.type(dialog.getByLabelText('Code'), ' 123456 ')
    await user.click(dialog.getByRole('button', { name: 'Switch on' }))
    expect((await screen.findByTestId('recovery-codes')).textContent).toBe('k7wqm-2hx9d\np4nzc-v8e3t')
    expect(settings.api.last('POST /api/account/two-factor/confirm/').body).toEqual({ code: '123456' })
    const file = screen.getByRole('link', { name: 'Download' }).getAttribute('href') ?? ''
    expect(decodeURIComponent(file)).toContain('k7wqm-2hx9d')
    await user.click(screen.getByRole('button', { name: 'I have kept them' }))
    expect(screen.queryByTestId('recovery-codes')).toBeNull()
    expect(screen.getByText(/2 recovery codes are left/)).toBeTruthy()
  })

  test('says what is wrong with a code', async () => {
    await open()
    const body = { code: 'wrong_code', detail: 'This is not the code of now.' }
    settings.api
      .on('POST /api/account/two-factor/', { body: example('two-factor-setup') })
      .on('POST /api/account/two-factor/confirm/', { status: 400, body })
    await user.click(screen.getByRole('button', { name: 'Set up…' }))
    const dialog = within(screen.getByRole('dialog'))
    await user.type(dialog.getByLabelText('Your password'), 'kettle')
    await user.click(dialog.getByRole('button', { name: 'Go on' }))
    await user.type(await dialog.findByLabelText('Code'), '000000')
    await user.click(dialog.getByRole('button', { name: 'Switch on' }))
    expect((await screen.findByRole('alert')).textContent).toBe('This is not the code of now.')
  })

  test('is switched off with a code', async () => {
    await open({ two_factor: true, recovery_codes_left: 9 })
    settings.api.on('DELETE /api/account/two-factor/', { status: 204 })
    expect(screen.getByText('9 recovery codes are left.')).toBeTruthy()
    await user.click(screen.getByRole('button', { name: 'Switch off…' }))
    await user.type(screen.getByLabelText('Code'), '123456')
    await user.click(screen.getByRole('button', { name: 'Switch two-factor off' }))
    expect(await screen.findByRole('button', { name: 'Set up…' })).toBeTruthy()
    expect(settings.api.last('DELETE /api/account/two-factor/').body).toEqual({ code: '123456' })
  })
})

describe('the sessions', () => {
  const OTHER = 'DELETE /api/account/sessions/c2a7a0b2-7f43-4b1a-8a2e-90a1d7b0c3de/'

  test('are listed, and another one is ended', async () => {
    await open()
    settings.api.on(OTHER, { status: 204 })
    expect(await screen.findByText('Firefox on Linux')).toBeTruthy()
    expect(screen.getAllByRole('button', { name: /^End: / })).toHaveLength(1)
    await user.click(screen.getByRole('button', { name: /^End: An unknown browser/ }))
    await waitFor(() => expect(screen.queryByText('An unknown browser')).toBeNull())
    expect(screen.queryByRole('button', { name: 'End all others…' })).toBeNull()
  })

  test('are all ended but this one, after asking', async () => {
    await open()
    settings.api.on('DELETE /api/account/sessions/', { status: 204 })
    await user.click(await screen.findByRole('button', { name: 'End all others…' }))
    await user.click(screen.getByRole('button', { name: 'End them' }))
    await waitFor(() => expect(screen.queryByText('An unknown browser')).toBeNull())
    expect(screen.getByText('Firefox on Linux')).toBeTruthy()
  })
})
