import { act, fireEvent, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { Live } from '../../live/live'
import { LiveProvider } from '../../live/use-live'
import { FakeApi } from '../../testing/api'
import { violations } from '../../testing/axe'
import { FakeSocket } from '../../testing/fake-socket'
import { deviceJson, START_MS, welcomeJson } from '../../testing/messages'
import { NO_NOTIFICATIONS } from '../../testing/notifications'
import { ShareButton } from './share-button'

const user = userEvent.setup({ delay: null })
const DAY_MS = 86_400_000
const WINDOW = { fromMs: START_MS - 7_200_000, toMs: START_MS - 3_600_000 }
const DEVICES = [deviceJson(), deviceJson({ id: 'cellar', name: 'Cellar' })]
const LINK = 'http://localhost:8000/shared/#secret'

let api: FakeApi

async function open(permissions = ['add_sharelink']): Promise<void> {
  const nothing = () => new Promise<never>(() => undefined)
  const live = new Live({
    url: 'ws://test/ws/live/',
    fetchHistory: nothing,
    fetchPageHistory: nothing,
    fetchAnnotations: nothing,
    notifications: NO_NOTIFICATIONS,
    listDevices: () => Promise.resolve([]),
    isSignedOut: () => Promise.resolve(false),
    view: { mode: 'fixed', ...WINDOW },
  })
  live.start()
  FakeSocket.last.open()
  FakeSocket.last.say(welcomeJson(DEVICES, { user: { username: 'ada', permissions } }))
  render(
    <LiveProvider value={live}>
      <ShareButton devices={[...live.store.getState().devices.values()]} chosen={['kitchen']} />
    </LiveProvider>,
  )
  const button = screen.queryByTestId('share')
  if (button) await user.click(button)
}

type Body = { name: string; devices: string[]; start: number | null; end: number | null; expires: number }
const asked = () => api.last('POST /api/shares/').body as Body
const make = () => user.click(screen.getByRole('button', { name: 'Make the link' }))

beforeEach(() => {
  vi.stubGlobal('WebSocket', FakeSocket)
  FakeSocket.opened = []
  api = new FakeApi().on('POST /api/shares/', (call) => ({
    status: 201,
    body: {
      ...(call.body as Body),
      id: 'one',
      created: START_MS,
      by: 'ada',
      last_used: null,
      uses: 0,
      state: 'active',
      link: LINK,
    },
  }))
})

describe('sharing', () => {
  test('makes a link to what is chosen, and shows it once', async () => {
    await open()
    expect(await violations()).toEqual([])
    await user.type(screen.getByLabelText('Name'), 'Open day')
    await user.click(screen.getByRole('checkbox', { name: 'Cellar' }))
    const beforeMs = Date.now()
    await make()
    expect((await screen.findByTestId('share-link')).textContent).toBe(LINK)
    const { name, devices, start, end, expires } = asked()
    expect({ name, devices, end }).toEqual({ name: 'Open day', devices: ['kitchen', 'cellar'], end: null })
    expect((start ?? 0) + DAY_MS).toBeGreaterThanOrEqual(beforeMs)
    expect(expires).toBeGreaterThanOrEqual(beforeMs + 7 * DAY_MS)
    expect(await violations()).toEqual([])
  })

  test('is named as its devices are, where nobody names it', async () => {
    await open()
    await user.click(screen.getByRole('checkbox', { name: 'Cellar' }))
    expect(screen.getByLabelText('Name').getAttribute('placeholder')).toBe('Cellar, Kitchen')
    await make()
    await screen.findByTestId('share-link')
    expect(asked().name).toBe('Cellar, Kitchen')
  })

  test.each([
    ['from-now', (body: Body) => body.start !== null && body.end === null],
    ['all', (body: Body) => body.start === null && body.end === null],
    ['window', (body: Body) => body.start === WINDOW.fromMs && body.end === WINDOW.toMs],
  ])('%s is the span that is meant', async (shows, isRight) => {
    await open()
    await user.selectOptions(screen.getByLabelText('Shows'), shows)
    await make()
    await screen.findByTestId('share-link')
    expect(isRight(asked())).toBe(true)
  })

  test('until a time of its own says so when that is over', async () => {
    await open()
    await user.selectOptions(screen.getByLabelText('Ends'), 'date')
    const until = screen.getByLabelText('Until')
    fireEvent.change(until, { target: { value: '2020-01-01T12:00' } })
    await make()
    expect((await screen.findByRole('alert')).textContent).toContain('still to come')
    expect(api.asked).toHaveLength(0)
    fireEvent.change(until, { target: { value: '2099-01-01T12:00' } })
    await make()
    await screen.findByTestId('share-link')
    expect(asked().expires).toBe(new Date('2099-01-01T12:00').getTime())
  })

  test('needs a device', async () => {
    await open()
    await user.click(screen.getByRole('checkbox', { name: 'Kitchen' }))
    await make()
    expect((await screen.findByRole('alert')).textContent).toBe('Choose at least one device.')
    expect(api.asked).toHaveLength(0)
  })

  test('shows at its field what the server refuses', async () => {
    const fields = { expires: ['must be within a year.'] }
    api.on('POST /api/shares/', { status: 400, body: { code: 'invalid', detail: 'expires', fields } })
    await open()
    await make()
    expect((await screen.findByText('must be within a year.')).getAttribute('role')).toBe('alert')
  })

  test('is offered only to those who may, and goes with the right', async () => {
    await open([])
    expect(screen.queryByTestId('share')).toBeNull()
    const rights = (permissions: string[]) =>
      act(() => FakeSocket.last.say(welcomeJson(DEVICES, { user: { username: 'ada', permissions } })))
    rights(['add_sharelink'])
    await user.click(screen.getByTestId('share'))
    expect(screen.getByRole('dialog')).toBeTruthy()
    rights([])
    expect(screen.queryByRole('dialog')).toBeNull()
  })
})
