import { act, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { preferences } from '../features/live/preferences'
import { annotationJson } from '../testing/annotations'
import { FakeApi } from '../testing/api'
import { violations } from '../testing/axe'
import { FakeChart } from '../testing/fake-chart'
import { FakeSocket } from '../testing/fake-socket'
import {
  ALL_PERMISSIONS,
  deviceJson,
  metricJson,
  readingsJson,
  START_MS,
  welcomeJson,
} from '../testing/messages'
import { example } from '../testing/settings'
import { App } from './app'

vi.mock('../charts/echarts', () => ({ init: () => new FakeChart() }))

const user = userEvent.setup({ delay: null, pointerEventsCheck: 0 })
const session = (permissions: string[] = ALL_PERMISSIONS) => ({ user: { username: 'maker', permissions } })
const EMPTY_HISTORY = {
  device: 'kitchen',
  resolution: 'raw',
  start: 0,
  end: 1,
  complete: true,
  time: [],
  values: {},
}

let api: FakeApi

beforeEach(() => {
  vi.stubGlobal('WebSocket', FakeSocket)
  FakeSocket.opened = []
  preferences.setState({ choice: {}, slots: {}, metrics: [] })
  window.history.replaceState(null, '', '/')
  document.cookie = 'csrftoken=the-token'
  api = new FakeApi()
    .on('GET /api/session/', { body: session() })
    .on('GET /api/devices/kitchen/history/', { body: EMPTY_HISTORY })
    .on('GET /api/annotations/', { body: { annotations: [], start: 0, end: 1, complete: true } })
})

async function signedOut(): Promise<void> {
  api.on('GET /api/session/', { body: { user: null } })
  render(<App />)
  await screen.findByTestId('sign-in-form')
}

async function opened(
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

const say = (message: object) => act(() => FakeSocket.last.say(message))

async function signIn(): Promise<void> {
  await user.type(screen.getByLabelText('Username'), 'maker')
  await user.type(screen.getByLabelText('Password'), 'secret')
  await user.click(screen.getByRole('button', { name: 'Sign in' }))
}

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

  test('that cannot be asked for is told, and asked for again', async () => {
    api.on('GET /api/session/', new TypeError('network'))
    render(<App />)
    expect(await screen.findByText('The server does not answer')).toBeTruthy()
    api.on('GET /api/session/', { body: session() })
    await user.click(screen.getByRole('button', { name: 'Try now' }))
    await waitFor(() => expect(FakeSocket.opened).toHaveLength(1))
  })
})

describe('an account that may see nothing', () => {
  test('is told so kindly, can try again, and can sign out', async () => {
    await opened()
    const asked = api.asked.length
    act(() => FakeSocket.last.drop(4403))
    expect(screen.getByTestId('nothing-to-see').textContent).toContain('maker may not see any device')
    expect(await violations()).toEqual([])
    await waitFor(() => expect(api.asked.length).toBe(asked + 1))
    expect(api.asked.at(-1)?.path).toBe('/api/session/')
    await user.click(screen.getByRole('button', { name: 'Try again' }))
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
    const change = {
      type: 'change',
      model: 'device',
      action: 'remove',
      id: 'kitchen',
      data: null,
      origin: null,
    }
    say(change)
    expect(screen.queryByRole('dialog')).toBeNull()
    say({ ...change, action: 'add', data: deviceJson() })
    expect(screen.getByTestId('device-card-kitchen')).toBeTruthy()
    expect(screen.queryByRole('dialog')).toBeNull()
  })
})

describe('the live page', () => {
  test('says whether it is live, connecting or paused', async () => {
    render(<App />)
    expect((await screen.findByTestId('connection-state')).textContent).toBe('Connecting…')
    await waitFor(() => expect(FakeSocket.opened).toHaveLength(1))
    act(() => FakeSocket.last.open())
    say(welcomeJson())
    expect(screen.getByTestId('connection-state').textContent).toBe('Live')
    await user.click(screen.getByTestId('pause'))
    expect(screen.getByTestId('connection-state').textContent).toBe('Paused')
    expect(screen.getByText('Online')).toBeTruthy()
    act(() => FakeSocket.last.drop(1006))
    expect(screen.getByText('Was online')).toBeTruthy()
    expect(screen.getByTestId('connection-state').textContent).toMatch(/^Reconnecting in \d+ s$/)
  })

  test('shows the newest value with its declared decimals', async () => {
    await opened()
    const value = () => screen.getByTestId('tile-value-kitchen-temperature').textContent
    await waitFor(() => expect(value()).toBe('21.5'))
    say(readingsJson('kitchen', [[Date.now(), 22.46]]))
    await waitFor(() => expect(value()).toBe('22.5'))
    expect(within(screen.getByTestId('tile-kitchen-temperature')).getByText('now')).toBeTruthy()
    expect(within(screen.getByTestId('tile-kitchen-temperature')).getByText('°C')).toBeTruthy()
  })

  test('stands still while paused, counts what comes, and catches up', async () => {
    await opened()
    const value = () => screen.getByTestId('tile-value-kitchen-temperature').textContent
    await waitFor(() => expect(value()).toBe('21.5'))
    await user.click(screen.getByTestId('pause'))
    const now = Date.now()
    say(
      readingsJson('kitchen', [
        [now + 1, 30],
        [now + 2, 31],
      ]),
    )
    await waitFor(() => expect(screen.getByTestId('pause').textContent).toBe(' Live · 2 new readings'))
    expect(value()).toBe('21.5')
    await user.click(screen.getByTestId('pause'))
    await waitFor(() => expect(value()).toBe('31.0'))
  })

  test('hands the chart the readings of the buffer', async () => {
    await opened()
    const now = Date.now()
    say(
      readingsJson('kitchen', [
        [now - 2000, 20],
        [now - 1000, 21],
      ]),
    )
    const drawn = () => window.senseLive?.chartSeries('temperature').kitchen
    await waitFor(() =>
      expect(drawn()).toEqual([
        [now - 2000, 20],
        [now - 1000, 21],
      ]),
    )
    await user.click(screen.getByRole('button', { name: 'Kitchen', pressed: true }))
    await waitFor(() => expect(drawn()).toBeUndefined())
  })

  test('offers a chart for other metrics, and remembers the choice', async () => {
    await opened([deviceJson({ metrics: ['temperature', 'co2'] })])
    expect(screen.queryByTestId('chart-co2')).toBeNull()
    await user.click(screen.getByRole('checkbox', { name: 'co2' }))
    expect(screen.getByTestId('chart-co2')).toBeTruthy()
    expect(localStorage.getItem('sense-live.view')).toContain('"metrics":["co2"]')
  })

  test('tells a chart in words and as a table', async () => {
    await opened()
    say(readingsJson('kitchen', [[Date.now() - 1000, 19.25]]))
    expect(
      screen.getByRole('img', { name: /^Line chart of Temperature over 5 minutes\. Newest values: Kitchen/ }),
    ).toBeTruthy()
    await user.click(screen.getByRole('button', { name: 'Temperature as table' }))
    expect(within(screen.getByRole('table')).getByText('19.3')).toBeTruthy()
  })

  test('finds one of many devices by name', async () => {
    for (let index = 0; index < 8; index++) {
      api.on(`GET /api/devices/d${index}/history/`, { body: { ...EMPTY_HISTORY, device: `d${index}` } })
    }
    const many = Array.from({ length: 30 }, (_, index) =>
      deviceJson({ id: `d${index}`, name: `Board ${index}`, created: START_MS + index }),
    )
    await opened(many)
    await user.type(screen.getByRole('searchbox'), 'board 17')
    expect(screen.getAllByTestId(/^device-card-/)).toHaveLength(1)
    await user.type(screen.getByRole('searchbox'), 'x')
    expect(screen.getByText('No device is called “board 17x”.')).toBeTruthy()
  })

  test('is accessible', async () => {
    await opened()
    expect(await violations()).toEqual([])
  })
})

describe('a window of time', () => {
  const DAY_MS = 86_400_000

  beforeEach(() => {
    api.on('GET /api/history/', { body: { series: [] } })
  })

  const shown = () => window.senseLive?.window()

  test('is chosen, kept in the address, and gone back from', async () => {
    await opened()
    await user.click(screen.getByRole('radio', { name: 'The last 7 days' }))
    expect(window.location.search).toBe('?span=7d')
    expect(screen.getByTestId('window-words').textContent).toBe('The last 7 days')
    await waitFor(() => expect(api.last('GET /api/history/')).toBeTruthy())
    window.history.back()
    await waitFor(() => expect(screen.getByTestId('window-words').textContent).toBe('The last 5 minutes'))
  })

  test('is opened as the address says, and live is one click away', async () => {
    window.history.replaceState(null, '', '/?from=2025-11-20T12:00:00Z&to=2025-11-20T14:00:00Z')
    await opened()
    expect(shown()).toMatchObject({ mode: 'fixed', fromMs: Date.parse('2025-11-20T12:00:00Z') })
    expect(screen.getByTestId('connection-state').textContent).toBe('Looking back')
    say(readingsJson('kitchen', [[Date.now(), 25]]))
    await waitFor(() => expect(screen.getByTestId('pause').textContent).toBe(' Live · 1 new reading'))
    await waitFor(() => expect(screen.getByTestId('tile-value-kitchen-temperature').textContent).toBe('25.0'))
    await user.click(screen.getByTestId('pause'))
    expect(shown()?.mode).toBe('live')
    expect(window.location.search).toBe('?span=2h')
  })

  test('is moved by keys from a chart, and the address follows', async () => {
    await opened()
    screen.getByRole('group', { name: 'Temperature over time' }).focus()
    await user.keyboard('----')
    expect(shown()?.mode).toBe('live')
    await user.keyboard('{ArrowLeft}')
    expect(shown()?.mode).toBe('fixed')
    await waitFor(() => expect(window.location.search).toMatch(/^\?from=.*&to=/))
    await user.keyboard('0')
    expect(shown()?.mode).toBe('live')
  })

  test('is written by hand, with kind words where that went wrong', async () => {
    await opened()
    await user.click(screen.getByRole('button', { name: 'Choose a time' }))
    const [from, to] = [screen.getByLabelText('From'), screen.getByLabelText('To')]
    fireEvent.change(from, { target: { value: '2025-11-20T12:00:00' } })
    fireEvent.change(to, { target: { value: '2025-11-19T12:00:00' } })
    await user.click(screen.getByRole('button', { name: 'Show' }))
    expect((await screen.findByRole('alert')).textContent).toContain('The end comes before the beginning')
    expect(await violations()).toEqual([])
    fireEvent.change(to, { target: { value: '2025-11-21T12:00:00' } })
    await user.click(screen.getByRole('button', { name: 'Show' }))
    expect((shown()?.toMs ?? 0) - (shown()?.fromMs ?? 0)).toBe(DAY_MS)
  })

  test('tells what arrived late in it', async () => {
    await opened()
    expect(screen.getByText('Arrived late').hidden).toBe(true)
    const late = Date.now() - 120_000
    say(readingsJson('kitchen', [[late, 20]]))
    await waitFor(() => expect(screen.getByText('Arrived late').hidden).toBe(false))
    expect(window.senseLive?.late('kitchen')).toEqual([{ fromMs: late, toMs: late }])
  })
})

describe('the statistics', () => {
  const moment = (value: number) => ({ value, time: START_MS })
  const summary = (mean: number) => ({
    count: 3600,
    mean,
    min: moment(19.2),
    max: moment(22.4),
    last: moment(21),
    trend_per_hour: -0.123,
  })
  const body = {
    device: 'kitchen',
    start: 0,
    end: 1,
    metrics: { temperature: summary(21) },
    before: { start: 0, end: 0, metrics: { temperature: summary(20.5) } },
  }

  // A click on a summary toggles it only in a browser.
  function unfold(): void {
    const details = screen.getByTestId<HTMLDetailsElement>('statistics')
    details.open = true
    fireEvent(details, new Event('toggle'))
  }

  test('are asked for only once they are opened, and lead to their extremes', async () => {
    await opened()
    api.on('GET /api/devices/kitchen/statistics/', { body })
    expect(api.asked.some(({ path }) => path.includes('statistics'))).toBe(false)
    unfold()
    const row = within((await screen.findByText('+0.5')).closest('tr') as HTMLElement)
    expect(row.getAllByRole('cell').map((cell) => cell.firstChild?.textContent)).toEqual([
      '21.0',
      '+0.5',
      '19.2',
      '22.4',
      '21.0',
      '−0.12 / h',
      '3,600',
    ])
    expect(await violations()).toEqual([])
    await user.click(row.getAllByRole('button')[0] as HTMLElement)
    expect(window.senseLive?.window()).toMatchObject({ mode: 'fixed', fromMs: START_MS - 15_000 })
  })

  test('say when they cannot be read', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    await opened()
    api.on('GET /api/devices/kitchen/statistics/', new TypeError('network'))
    unfold()
    expect(await screen.findByText(/The statistics cannot be read now/)).toBeTruthy()
  })
})

describe('the settings', () => {
  test('are reached from the menu, keep the line, and lead back to the same window', async () => {
    api
      .on('GET /api/history/', { body: { series: [] } })
      .on('GET /api/account/', { body: example('account') })
      .on('GET /api/account/sessions/', { body: example('account-sessions') })
    await opened()
    await user.click(screen.getByRole('radio', { name: 'The last 7 days' }))
    await user.click(screen.getByText('Settings'))
    expect(await screen.findByRole('heading', { name: 'Account' })).toBeTruthy()
    expect(window.location.pathname + window.location.search).toBe('/settings/')
    await user.click(screen.getByRole('link', { name: 'Live page' }))
    expect(screen.getByTestId('window-words').textContent).toBe('The last 7 days')
    expect(window.location.pathname + window.location.search).toBe('/?span=7d')
    expect(FakeSocket.opened).toHaveLength(1)
    window.history.back()
    expect(await screen.findByRole('heading', { name: 'Account' })).toBeTruthy()
    expect(window.senseLive?.window().mode).toBe('live')
  })
})

describe('the first run', () => {
  test('leads to adding a device', async () => {
    await opened([])
    expect(screen.getByText('Nothing is measuring yet')).toBeTruthy()
    expect(await violations()).toEqual([])
    await user.click(screen.getByTestId('add-device'))
    expect(screen.getByRole('dialog', { name: 'Add a device' })).toBeTruthy()
  })

  test('offers nothing that the account may not do', async () => {
    await opened([], [])
    expect(screen.queryByTestId('add-device')).toBeNull()
  })
})

describe('adding a device', () => {
  test('shows the token, the command, and the first reading when it comes', async () => {
    await opened([])
    const created = deviceJson({
      id: 'bike-shed',
      name: 'Bike shed',
      metrics: [],
      online: false,
      last_seen: null,
      latest: null,
    })
    api.on('POST /api/devices/', {
      status: 201,
      body: { ...created, token: 'bike-shed.secret', signing_secret: 'whsec_shed' },
    })
    api.on('GET /api/devices/bike-shed/history/', { body: { ...EMPTY_HISTORY, device: 'bike-shed' } })
    await user.click(screen.getByTestId('add-device'))
    await user.type(screen.getByLabelText('Name'), 'Bike shed')
    expect(screen.getByLabelText('Id')).toHaveProperty('value', 'bike-shed')
    await user.click(screen.getByRole('button', { name: 'Add device' }))
    expect((await screen.findByTestId('device-token')).textContent).toBe('bike-shed.secret')
    const asked = api.last('POST /api/devices/')
    expect(asked.body).toEqual({ id: 'bike-shed', name: 'Bike shed' })
    expect(asked.headers.get('X-Client')).toBe('9f3c1a2b7d4e4f60')
    expect(
      screen.getByText(/SENSE_TOKEN=bike-shed.secret python -m publisher --url ws:\/\/.*\/ws\/device\//),
    ).toBeTruthy()
    expect(screen.getByTestId('first-reading').textContent).toBe('Waiting for the first reading…')
    say(readingsJson('bike-shed', [[Date.now(), 21.46]]))
    await waitFor(() => expect(screen.getByTestId('first-reading').textContent).toBe('It’s alive: 21.5 °C'))
    expect(await violations()).toEqual([])
  })

  test('shows an error at its field', async () => {
    await opened([])
    const fields = { id: ['a device with this id exists already.'] }
    api.on('POST /api/devices/', { status: 400, body: { code: 'invalid', detail: 'id: taken', fields } })
    await user.click(screen.getByTestId('add-device'))
    await user.type(screen.getByLabelText('Name'), 'Kitchen')
    await user.click(screen.getByRole('button', { name: 'Add device' }))
    expect((await screen.findByRole('alert')).textContent).toBe('a device with this id exists already.')
    expect(screen.getByLabelText('Id').getAttribute('aria-invalid')).toBe('true')
  })
})

describe('the settings of a device', () => {
  async function settings(permissions?: string[]): Promise<void> {
    await opened([deviceJson()], permissions)
    await user.click(screen.getByRole('button', { name: 'Settings of Kitchen' }))
  }

  test('rename it', async () => {
    await settings()
    api.on('PATCH /api/devices/kitchen/', { body: deviceJson({ name: 'Galley' }) })
    await user.clear(screen.getByLabelText('Name'))
    await user.type(screen.getByLabelText('Name'), 'Galley')
    await user.click(screen.getByRole('button', { name: 'Rename' }))
    expect(await screen.findByRole('dialog', { name: 'Galley' })).toBeTruthy()
    expect(api.last('PATCH /api/devices/kitchen/').body).toEqual({ name: 'Galley' })
    expect(await violations()).toEqual([])
  })

  test('disable it', async () => {
    await settings()
    api.on('PATCH /api/devices/kitchen/', { body: deviceJson({ enabled: false }) })
    await user.click(screen.getByRole('button', { name: 'Disable' }))
    expect(await screen.findByRole('button', { name: 'Enable' })).toBeTruthy()
  })

  test('find its board by letting it flash', async () => {
    await settings()
    api.on('POST /api/devices/kitchen/command/', { body: { id: '5f', ok: true } })
    await user.click(screen.getByRole('button', { name: 'Flash' }))
    expect(await screen.findByText('The board has flashed its lights.')).toBeTruthy()
    expect(api.last('POST /api/devices/kitchen/command/').body).toEqual({ command: 'identify' })
  })

  test('limit it to groups, for those who see all devices', async () => {
    api.on('GET /api/groups/', { body: [{ id: 1, name: 'physics', people: 2, devices: 0 }] })
    await settings([...ALL_PERMISSIONS, 'see_all_devices'])
    expect(screen.queryByRole('img', { name: /may see it/ })).toBeNull()
    say(welcomeJson([deviceJson({ groups: [] })], session([...ALL_PERMISSIONS, 'see_all_devices'])))
    const section = within(screen.getByRole('region', { name: 'Who may see it' }))
    expect(section.getByRole('status').textContent).toBe('Everybody who may see devices.')
    await user.click(section.getByRole('button', { name: 'Change…' }))
    await user.click(await section.findByRole('radio', { name: 'Some groups' }))
    const save = section.getByRole('button', { name: 'Save' })
    expect(save).toHaveProperty('disabled', true)
    expect(section.getByRole('link', { name: 'Make a group' }).getAttribute('href')).toBe('/settings/people/')
    await user.click(section.getByRole('checkbox', { name: 'physics' }))
    expect(await violations()).toEqual([])
    api.on('PATCH /api/devices/kitchen/', { body: deviceJson({ groups: ['physics'] }) })
    await user.click(save)
    expect(await section.findByText('Only physics.')).toBeTruthy()
    expect(api.last('PATCH /api/devices/kitchen/').body).toEqual({ groups: ['physics'] })
    const card = within(screen.getByTestId('device-card-kitchen'))
    expect(card.getByRole('img', { name: 'Only physics may see it' })).toBeTruthy()
  })

  test('do not speak of groups to those who are not told of them', async () => {
    await settings()
    expect(screen.queryByText('Who may see it')).toBeNull()
  })

  test('hear why a board could not flash', async () => {
    await settings()
    api.on('POST /api/devices/kitchen/command/', { body: { id: '5f', ok: false, detail: 'No lights here.' } })
    await user.click(screen.getByRole('button', { name: 'Flash' }))
    expect(await screen.findByText('No lights here.')).toBeTruthy()
  })

  test('replace its token after asking', async () => {
    await settings()
    api.on('POST /api/devices/kitchen/rotate/', {
      body: { ...deviceJson(), token: 'kitchen.new', signing_secret: 'whsec_new' },
    })
    await user.click(screen.getByRole('button', { name: 'New token…' }))
    await user.click(screen.getByRole('button', { name: 'Replace the token' }))
    expect((await screen.findByTestId('device-token')).textContent).toBe('kitchen.new')
  })

  test('delete it once its id was typed', async () => {
    await settings()
    api.on('DELETE /api/devices/kitchen/', { status: 204 })
    await user.click(screen.getByRole('button', { name: 'Delete…' }))
    const confirm = screen.getByRole('button', { name: 'Delete for good' })
    expect(confirm).toHaveProperty('disabled', true)
    await user.type(screen.getByLabelText('Type kitchen to confirm'), 'kitchen')
    await user.click(confirm)
    expect(await screen.findByText('Nothing is measuring yet')).toBeTruthy()
  })

  test('are offered only as far as the account may', async () => {
    await settings(['change_device'])
    expect(screen.queryByText('Delete')).toBeNull()
    expect(screen.getByRole('button', { name: 'Disable' })).toBeTruthy()
  })

  test('are not offered to those who may only look', async () => {
    await opened([deviceJson()], [])
    expect(screen.queryByRole('button', { name: 'Settings of Kitchen' })).toBeNull()
    expect(screen.queryByRole('button', { name: /^(Describe|Name this metric)/ })).toBeNull()
  })
})

test('a new metric is named from its chart', async () => {
  await opened([deviceJson({ metrics: ['co2'] })])
  const data = metricJson({ label: 'Carbon dioxide', unit: 'ppm', decimals: 0 })
  api.on('PATCH /api/metrics/co2/', { body: data })
  await user.click(screen.getByRole('button', { name: 'Name this metric: co2' }))
  await user.clear(screen.getByLabelText('Label'))
  await user.type(screen.getByLabelText('Label'), 'Carbon dioxide')
  await user.type(screen.getByLabelText('Unit'), 'ppm')
  await user.clear(screen.getByLabelText('Decimals'))
  await user.type(screen.getByLabelText('Decimals'), '0')
  expect(await violations()).toEqual([])
  await user.click(screen.getByRole('button', { name: 'Save' }))
  expect(await screen.findByRole('heading', { name: 'Carbon dioxide ppm' })).toBeTruthy()
  expect(api.last('PATCH /api/metrics/co2/').body).toEqual({
    label: 'Carbon dioxide',
    unit: 'ppm',
    decimals: 0,
  })
})

describe('notes', () => {
  const list = (...annotations: object[]) => ({ body: { annotations, start: 0, end: 1, complete: true } })

  test('stand above every chart and in a list below, and open from there', async () => {
    api.on('GET /api/annotations/', list(annotationJson({ start: Date.now() - 60_000 })))
    await opened([deviceJson()], [...ALL_PERMISSIONS, 'add_annotation'])
    const markers = await screen.findAllByRole('button', { name: /^Note by maker, .*: Window open$/ })
    expect(markers).toHaveLength(2)
    expect(screen.getByTestId('notes-count').textContent).toBe('1 note in this window')
    await user.hover(markers[0] as HTMLElement)
    await user.click(screen.getByTestId('notes-count'))
    expect(await violations()).toEqual([])
    await user.click(markers[0] as HTMLElement)
    const dialog = await screen.findByRole('dialog', { name: 'Note' })
    expect(within(dialog).getByText('Window open')).toBeTruthy()
  })

  test('of others are told to those who cannot see them come, one’s own are not', async () => {
    await opened()
    const data = annotationJson({ start: Date.now(), author: 'somebody' })
    const change = {
      type: 'change',
      model: 'annotation',
      action: 'add',
      id: data.id,
      data,
      device: 'kitchen',
    }
    say({ ...change, origin: '9f3c1a2b7d4e4f60' })
    expect(screen.queryByText('somebody noted: Window open')).toBeNull()
    const other = { ...data, id: 'other', text: 'Door open' }
    say({ ...change, id: 'other', data: other, origin: 'another-page' })
    expect(screen.getByText('somebody noted: Door open').getAttribute('role')).toBe('status')
  })

  test('begin where a chart is clicked twice, for those who may', async () => {
    await opened([deviceJson()], [...ALL_PERMISSIONS, 'add_annotation'])
    say(readingsJson('kitchen', [[START_MS, 20]]))
    await user.dblClick(screen.getByRole('group', { name: 'Temperature over time' }))
    expect(await screen.findByRole('dialog', { name: 'Add a note' })).toBeTruthy()
  })

  test('are not begun by those who may not', async () => {
    await opened()
    await user.dblClick(screen.getByRole('group', { name: 'Temperature over time' }))
    expect(screen.queryByRole('dialog')).toBeNull()
    expect(screen.queryByTestId('add-note')).toBeNull()
  })
})
