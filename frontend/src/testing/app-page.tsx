// The whole page for tests, signed in as `maker`: with a server's API and a live line whose other end is the test.
import { act, render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, vi } from 'vitest'
import { App } from '../app/app'
import { preferences } from '../features/live/preferences'
import { FakeApi } from './api'
import { FakeSocket } from './fake-socket'
import { ALL_PERMISSIONS, deviceJson, welcomeJson } from './messages'

export const EMPTY_HISTORY = {
  device: 'kitchen',
  resolution: 'raw',
  start: 0,
  end: 1,
  complete: true,
  time: [],
  values: {},
}

export const user = userEvent.setup({ delay: null, pointerEventsCheck: 0 })

/** Of the test that runs. */
export let api: FakeApi

export function session(permissions: string[] = ALL_PERMISSIONS) {
  return { user: { username: 'maker', permissions } }
}

/** Before each test. */
export function begin(): void {
  vi.stubGlobal('WebSocket', FakeSocket)
  FakeSocket.opened = []
  preferences.setState({ choice: {}, slots: {}, metrics: [] })
  window.history.replaceState(null, '', '/')
  document.cookie = 'csrftoken=the-token'
  api = new FakeApi()
    .on('GET /api/session/', { body: session() })
    .on('GET /api/devices/kitchen/history/', { body: EMPTY_HISTORY })
    .on('GET /api/annotations/', { body: { annotations: [], start: 0, end: 1, complete: true } })
}

export async function opened(
  devices: object[] = [deviceJson()],
  permissions: string[] = ALL_PERMISSIONS,
): Promise<void> {
  render(<App />)
  await waitFor(() => expect(FakeSocket.opened).toHaveLength(1))
  act(() => {
    FakeSocket.last.open()
    FakeSocket.last.say(welcomeJson(devices, { user: session(permissions).user }))
  })
}

export async function signedOut(): Promise<void> {
  api.on('GET /api/session/', { body: { user: null } })
  render(<App />)
  await screen.findByTestId('sign-in-form')
}

export async function signIn(): Promise<void> {
  await user.type(screen.getByLabelText('Username'), 'maker')
  await user.type(screen.getByLabelText('Password'), 'secret')
  await user.click(screen.getByRole('button', { name: 'Sign in' }))
}

export function say(message: object): void {
  act(() => FakeSocket.last.say(message))
}
