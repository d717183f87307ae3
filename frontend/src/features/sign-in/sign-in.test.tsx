import { render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { FakeApi } from '../../testing/api'
import { violations } from '../../testing/axe'
import { example } from '../../testing/settings'
import { ResetScreen } from './reset-screen'
import { SignInScreen } from './sign-in-screen'

const user = userEvent.setup({ delay: null })
const onSignedIn = vi.fn()
const onDone = vi.fn()
const RESET = { uid: 'MQ', token: 'c0ffee-abc' }
let api: FakeApi

beforeEach(() => {
  onSignedIn.mockReset()
  onDone.mockReset()
  api = new FakeApi()
})

function show(mail = false): void {
  render(<SignInScreen reason="first" mail={mail} onSignedIn={onSignedIn} />)
}

async function enter(): Promise<void> {
  await user.type(screen.getByLabelText('Username'), 'maker')
  await user.type(screen.getByLabelText('Password'), 'secret')
  await user.click(screen.getByRole('button', { name: 'Sign in' }))
}

describe('with a second factor', () => {
  beforeEach(() => {
    api.on('POST /api/session/', ({ body }) => {
      const { code } = body as { code?: string }
      if (code === '123456') return { body: example('session') }
      if (code) return { status: 400, body: { code: 'wrong_code', detail: 'The code is not right.' } }
      return { status: 401, body: { code: 'code_required', detail: 'Enter the code.' } }
    })
  })

  test('the code is asked for after the password', async () => {
    show()
    await enter()
    await user.type(await screen.findByLabelText('Code'), '123456')
    expect(await violations()).toEqual([])
    await user.click(screen.getByRole('button', { name: 'Sign in' }))
    await waitFor(() => expect(onSignedIn).toHaveBeenCalledOnce())
    const asked = api.last('POST /api/session/').body
    expect(asked).toEqual({ username: 'maker', password: 'secret', code: '123456' })
  })

  test('a wrong code is told, and one may go back', async () => {
    show()
    await enter()
    await user.type(await screen.findByLabelText('Code'), '000000')
    await user.click(screen.getByRole('button', { name: 'Sign in' }))
    expect((await screen.findByRole('alert')).textContent).toBe('The code is not right.')
    await user.click(screen.getByRole('button', { name: 'Back' }))
    expect(screen.getByTestId('sign-in-form')).toBeTruthy()
    expect(onSignedIn).not.toHaveBeenCalled()
  })
})

test('too many tries say when to come again', async () => {
  api.on('POST /api/session/', { status: 429, body: example('rate-limited') })
  show()
  await enter()
  expect((await screen.findByRole('alert')).textContent).toBe(
    'Too many tries in a short time. Please try again in 30 seconds.',
  )
})

describe('a forgotten password', () => {
  test('is no matter where no mail is sent', () => {
    show(false)
    expect(screen.queryByRole('button', { name: 'Forgot your password?' })).toBeNull()
  })

  test('is mended by a mail, whoever asks', async () => {
    api.on('POST /api/password-reset/', { status: 202 })
    show(true)
    await user.click(screen.getByRole('button', { name: 'Forgot your password?' }))
    await user.type(screen.getByLabelText('E-mail'), 'maker@example.org')
    expect(await violations()).toEqual([])
    await user.click(screen.getByRole('button', { name: 'Send the link' }))
    expect((await screen.findByRole('status')).textContent).toContain('If an account has this address')
    expect(api.last('POST /api/password-reset/').body).toEqual({ email: 'maker@example.org' })
    await user.click(screen.getByRole('button', { name: 'Back to sign in' }))
    expect(screen.getByTestId('sign-in-form')).toBeTruthy()
  })
})

describe('the link of the mail', () => {
  async function choose(): Promise<void> {
    render(<ResetScreen reset={RESET} onDone={onDone} />)
    await user.type(screen.getByLabelText('New password'), 'a good new one')
    await user.type(screen.getByLabelText('New password again'), 'a good new one')
    await user.click(screen.getByRole('button', { name: 'Change the password' }))
  }

  test('leads to a new password', async () => {
    api.on('POST /api/password-reset/confirm/', { status: 204 })
    await choose()
    expect(await screen.findByText(/Your password is changed/)).toBeTruthy()
    expect(api.last('POST /api/password-reset/confirm/').body).toEqual({
      ...RESET,
      password: 'a good new one',
    })
    await user.click(screen.getByRole('button', { name: 'Go on' }))
    expect(onDone).toHaveBeenCalledOnce()
  })

  test('that is too old says what to do', async () => {
    const body = { code: 'link_expired', detail: 'no' }
    api.on('POST /api/password-reset/confirm/', { status: 400, body })
    await choose()
    expect((await screen.findByRole('alert')).textContent).toContain('Ask for a new one at the sign-in')
  })
})
