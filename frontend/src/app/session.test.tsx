import { act, render, screen, waitFor } from '@testing-library/react'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { api, begin, opened, say, session, signedOut, signIn, user } from '../testing/app-page'
import { violations } from '../testing/axe'
import { FakeChart } from '../testing/fake-chart'
import { FakeSocket } from '../testing/fake-socket'
import { deviceJson, readingsJson, removalJson, START_MS, welcomeJson } from '../testing/messages'
import { seen } from '../testing/visibility'
import { App } from './app'

vi.mock('../charts/echarts', () => ({ init: () => new FakeChart() }))

beforeEach(begin)

describe('signing in', () => {
  test('opens the live page and sends the CSRF token', async () => {
    await signedOut()
    api.on('POST /api/session/', { body: session() })
    await signIn()
    await waitFor(() => expect(FakeSocket.opened).toHaveLength(1))
    const asked = api.last('POST /api/session/')
    expect(asked.body).toEqual({ username: 'maker', password: 'secret' })
    expect(asked.headers.get('X-CSRFToken')).toBe('the-token')
  })

  test.each([
    [400, 'wrong_credentials', 'This name and password do not go together. Please check both.'],
    [429, 'rate_limited', 'Too many tries in a short time. Please wait a moment and try again.'],
  ])('explains a refusal with %i kindly', async (status, code, words) => {
    await signedOut()
    api.on('POST /api/session/', { status, body: { code, detail: 'no' } })
    await signIn()
    expect(await screen.findByRole('alert')).toHaveProperty('textContent', words)
  })

  test('says when the server cannot be reached', async () => {
    await signedOut()
    api.on('POST /api/session/', new TypeError('network'))
    await signIn()
    expect((await screen.findByRole('alert')).textContent).toContain('cannot be reached')
  })

  test('explains a link that is no longer good, once', async () => {
    window.history.replaceState(null, '', '/?sign-in=expired')
    await signedOut()
    expect(screen.getByRole('status').textContent).toContain('used already or is too old')
    expect(window.location.search).toBe('')
  })

  test('makes way for the link of a mail, which leaves the address at once', async () => {
    window.history.replaceState(null, '', '/#reset=MQ.c0ffee-abc')
    render(<App />)
    expect(await screen.findByTestId('reset-form')).toBeTruthy()
    expect(window.location.hash).toBe('')
    await user.click(screen.getByRole('button', { name: 'Leave it as it is' }))
    await waitFor(() => expect(FakeSocket.opened).toHaveLength(1))
  })

  test('is accessible', async () => {
    await signedOut()
    expect(await violations()).toEqual([])
  })
})

describe('a session', () => {
  test('that ended leads to the sign-in and back to the page as it was', async () => {
    await opened()
    say(readingsJson('kitchen', [[START_MS, 20]]))
    api.on('GET /api/session/', { body: { user: null } })
    act(() => FakeSocket.last.drop(4401))
    expect(await screen.findByTestId('sign-in-form')).toBeTruthy()
    expect(screen.getByRole('status').textContent).toContain('Your session has ended')
    api.on('POST /api/session/', { body: session() })
    await signIn()
    await waitFor(() => expect(FakeSocket.opened).toHaveLength(2))
    expect(window.senseLive?.series('kitchen', 'temperature')).toEqual([[START_MS, 20]])
  })

  test('that the API no longer knows ends the page, too', async () => {
    await opened()
    api.on('PATCH /api/devices/kitchen/', {
      status: 403,
      body: { code: 'not_signed_in', detail: 'Sign in.' },
    })
    await user.click(screen.getByRole('button', { name: 'Settings of Kitchen' }))
    await user.click(screen.getByRole('button', { name: 'Disable' }))
    expect(await screen.findByTestId('sign-in-form')).toBeTruthy()
  })

  test('is ended by signing out', async () => {
    await opened()
    api.on('DELETE /api/session/', { status: 204 })
    await user.click(screen.getByText('Sign out'))
    expect(await screen.findByText('You are signed out. See you soon.')).toBeTruthy()
    expect(FakeSocket.last.closed).toBe(true)
  })

  test('rests while the page is left, and goes on when it comes back', async () => {
    await opened()
    act(() => void window.dispatchEvent(new Event('pagehide')))
    expect(FakeSocket.last.closed).toBe(true)
    act(() => void window.dispatchEvent(new Event('pageshow')))
    expect(FakeSocket.opened).toHaveLength(2)
  })

  test('that was begun in another tab meanwhile is taken up when somebody looks', async () => {
    await signedOut()
    api.on('GET /api/session/', { body: session() })
    await waitFor(() => {
      seen(true)
      expect(FakeSocket.opened).toHaveLength(1)
    })
  })

  test.each([
    ['the network is away', new TypeError('network')],
    ['its database is away', { status: 503, body: { code: 'storage_unavailable', detail: 'Away.' } }],
  ])('that cannot be asked for as %s is told, and asked for again', async (_, answer) => {
    api.on('GET /api/session/', answer)
    render(<App />)
    expect(await screen.findByText('The server does not answer')).toBeTruthy()
    api.on('GET /api/session/', { body: session() })
    await user.click(screen.getByRole('button', { name: 'Try now' }))
    await waitFor(() => expect(FakeSocket.opened).toHaveLength(1))
  })
})

describe('a new cookie', () => {
  const CHANNEL = 'sense-live.cookie'
  const questions = () => api.asked.filter(({ path }) => path === '/api/session/').length

  test('that another tab is about to get is awaited before the session is asked for', async () => {
    const otherTab = new BroadcastChannel(CHANNEL)
    await opened()
    otherTab.postMessage('asked')
    await heardBy(CHANNEL)
    api.on('GET /api/session/', { body: { user: null } })
    act(() => FakeSocket.last.drop(4401))
    await heardBy(CHANNEL)
    expect(questions()).toBe(1)
    expect(screen.queryByTestId('sign-in-form')).toBeNull()
    api.on('GET /api/session/', { body: session() })
    otherTab.postMessage('answered')
    await waitFor(() => expect(FakeSocket.opened).toHaveLength(2))
    expect(questions()).toBe(2)
    otherTab.close()
  })

  test('that never comes is not awaited for ever', async () => {
    await opened()
    vi.useFakeTimers({ shouldAdvanceTime: true })
    const otherTab = new BroadcastChannel(CHANNEL)
    otherTab.postMessage('asked')
    await heardBy(CHANNEL)
    api.on('GET /api/session/', { body: { user: null } })
    act(() => FakeSocket.last.drop(4401))
    await act(() => vi.advanceTimersByTimeAsync(15_000))
    expect(await screen.findByTestId('sign-in-form')).toBeTruthy()
    otherTab.close()
    vi.useRealTimers()
  })
})

/** Until all that was said before on this channel has been heard: what is said later is heard later. */
async function heardBy(name: string): Promise<void> {
  const [mouth, ear] = [new BroadcastChannel(name), new BroadcastChannel(name)]
  const heard = new Promise((resolve) => (ear.onmessage = resolve))
  mouth.postMessage('is this heard?')
  await heard
  mouth.close()
  ear.close()
}

describe('an account that may see nothing', () => {
  test('comes in by itself as soon as it is given a role, and asks for nothing else meanwhile', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0)
    await opened()
    api.on('GET /api/session/', { body: session([]) })
    act(() => FakeSocket.last.drop(4403))
    const asked = api.asked.length
    await waitFor(() => expect(api.asked.length).toBeGreaterThan(asked + 1))
    expect(new Set(api.asked.slice(asked).map(({ path }) => path))).toEqual(new Set(['/api/session/']))
    expect(FakeSocket.opened).toHaveLength(1)
    api.on('GET /api/session/', { body: session(['view_device']) })
    await waitFor(() => expect(FakeSocket.opened).toHaveLength(2))
    act(() => FakeSocket.last.open())
    say(welcomeJson([deviceJson()], session(['view_device'])))
    expect(screen.getByTestId('device-card-kitchen')).toBeTruthy()
  })

  test('is told so kindly, can try again, and can sign out', async () => {
    await opened()
    const asked = api.asked.length
    act(() => FakeSocket.last.drop(4403))
    expect(screen.getByTestId('nothing-to-see').textContent).toContain('maker may not see any device')
    expect(await violations()).toEqual([])
    await waitFor(() => expect(api.asked.length).toBe(asked + 1))
    expect(api.asked.at(-1)?.path).toBe('/api/session/')
    await user.click(screen.getByRole('button', { name: 'Try again' }))
    await waitFor(() => expect(FakeSocket.opened).toHaveLength(2))
    act(() => FakeSocket.last.open())
    say(welcomeJson())
    expect(screen.getByTestId('device-card-kitchen')).toBeTruthy()
    act(() => FakeSocket.last.drop(4403))
    api.on('DELETE /api/session/', { status: 204 })
    await user.click(screen.getByRole('button', { name: 'Sign out' }))
    expect(await screen.findByTestId('sign-in-form')).toBeTruthy()
  })
})

describe('rights', () => {
  const rights = (...permissions: string[]) => say(welcomeJson([deviceJson()], session(permissions)))

  test('that are taken away take their buttons and open dialogs along, and bring no dialog back', async () => {
    await opened()
    await user.click(screen.getByRole('button', { name: 'Settings of Kitchen' }))
    expect(screen.getByRole('dialog', { name: 'Kitchen' })).toBeTruthy()
    rights()
    expect(screen.queryByRole('dialog')).toBeNull()
    expect(screen.queryByRole('button', { name: 'Settings of Kitchen' })).toBeNull()
    rights('change_device')
    expect(screen.getByRole('button', { name: 'Settings of Kitchen' })).toBeTruthy()
    expect(screen.queryByRole('dialog')).toBeNull()
  })

  test('to a device that is taken away close what was open of it', async () => {
    await opened()
    await user.click(screen.getByRole('button', { name: 'Settings of Kitchen' }))
    const change = removalJson('kitchen')
    say(change)
    expect(screen.queryByRole('dialog')).toBeNull()
    say({ ...change, action: 'add', data: deviceJson() })
    expect(screen.getByTestId('device-card-kitchen')).toBeTruthy()
    expect(screen.queryByRole('dialog')).toBeNull()
  })
})
