import { act, render, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { SESSION } from '../api/credential'
import { callWith } from '../api/request'
import { preferences } from '../features/live/preferences'
import { FakeApi } from '../testing/api'
import { violations } from '../testing/axe'
import { FakeChart } from '../testing/fake-chart'
import { FakeSocket } from '../testing/fake-socket'
import { METRICS, readingsJson, START_MS } from '../testing/messages'
import { SharedApp } from './shared-app'

vi.mock('../charts/echarts', () => ({ init: () => new FakeChart() }))

const user = userEvent.setup({ delay: null, pointerEventsCheck: 0 })
const TOKEN = '5Vd0cPq3Zr1kYx8sJm4uTg7wBn2hLe6fAo9iKc_R-pE'
const HOUR_MS = 3_600_000
const DEVICE = {
  id: 'kitchen',
  name: 'Kitchen',
  interval_ms: 1000,
  metrics: ['temperature', 'humidity'],
  online: true,
  last_seen: START_MS,
  latest: { time: START_MS, values: { temperature: 21.5 } },
}
const series = { device: 'kitchen', start: 0, end: 1, step_ms: 0, complete: true, time: [], values: {} }

let api: FakeApi

function shared(over: object = {}) {
  const span = { start: null, end: null, expires: Date.now() + HOUR_MS }
  return {
    name: 'Open day',
    devices: [DEVICE],
    metrics: METRICS,
    ...span,
    live: true,
    time: Date.now(),
    ...over,
  }
}

function welcome(over: object = {}) {
  const { name, devices, metrics, start, end, expires } = shared(over)
  return {
    type: 'welcome',
    client: 'a-stranger',
    time: Date.now(),
    sequence: 1,
    interrupted_since: null,
    user: null,
    share: { name, start, end, expires },
    metrics,
    devices,
  }
}

async function opened(over: object = {}): Promise<void> {
  api.on('GET /api/shared/', { body: shared(over) })
  render(<SharedApp />)
  await waitFor(() => expect(FakeSocket.opened).toHaveLength(1))
  act(() => {
    FakeSocket.last.open()
    FakeSocket.last.say(welcome(over))
  })
}

beforeEach(() => {
  vi.stubGlobal('WebSocket', FakeSocket)
  FakeSocket.opened = []
  preferences.setState({ choice: {}, slots: {}, metrics: [] })
  window.history.replaceState(null, '', `/shared/#${TOKEN}`)
  api = new FakeApi().on('GET /api/shared/history/', { body: { series: [series] } })
})

afterEach(() => callWith(SESSION))

describe('a shared page', () => {
  test('says its link first, then subscribes, and asks only for what is shared, without cookies', async () => {
    await opened()
    const said = FakeSocket.last.sent.map((frame) => JSON.parse(frame) as object)
    expect(said).toEqual([
      { type: 'authenticate', share: TOKEN },
      { type: 'subscribe', devices: 'all' },
    ])
    await waitFor(() => expect(api.last('GET /api/shared/history/')).toBeTruthy())
    for (const { path, headers, cookies } of api.asked) {
      expect(path).toMatch(/^\/api\/shared\//)
      expect(headers.get('Authorization')).toBe(`Share ${TOKEN}`)
      expect(cookies).toBe('omit')
    }
    expect(FakeSocket.last.url).not.toContain(TOKEN)
  })

  test('shows the newest values and follows them', async () => {
    await opened()
    const value = () => screen.getByTestId('tile-value-kitchen-temperature').textContent
    await waitFor(() => expect(value()).toBe('21.5'))
    act(() => FakeSocket.last.say(readingsJson('kitchen', [[Date.now(), 22.46]])))
    await waitFor(() => expect(value()).toBe('22.5'))
    expect(screen.getByRole('heading', { name: 'Open day' })).toBeTruthy()
    expect(screen.getByTestId('shared-until').textContent).toMatch(/^Shared until /)
    expect(await violations()).toEqual([])
  })

  test('is to look at, and nothing else', async () => {
    await opened()
    expect(await screen.findByTestId('chart-temperature')).toBeTruthy()
    for (const gone of ['notifications', 'notes', 'statistics', 'add-note', 'download', 'add-device']) {
      expect(screen.queryByTestId(gone)).toBeNull()
    }
    expect(screen.queryByRole('button', { name: /^(Settings of|Describe|Download|Share)/ })).toBeNull()
    expect(screen.queryByLabelText(/^Menu of/)).toBeNull()
  })

  test('says of a device that was silent since the link begins just that, and not that it never was', async () => {
    const silent = { ...DEVICE, metrics: [], online: false, last_seen: null, latest: null }
    await opened({ start: START_MS, devices: [silent] })
    const card = within(screen.getByTestId('device-card-kitchen'))
    expect(card.getByText(/^Nothing since /)).toBeTruthy()
    expect(card.getByText('No readings in the time that is shared.')).toBeTruthy()
    expect(card.queryByText('Never connected')).toBeNull()
  })

  test('keeps its secret where it stands in the address', async () => {
    await opened()
    await user.click(screen.getByRole('radio', { name: 'The last 15 minutes' }))
    expect(window.location.href).toMatch(/\/shared\/\?span=15min#5Vd0cPq3/)
  })

  test('of a span opens with it, cannot leave it, and comes back to the whole of it', async () => {
    const [start, end] = [START_MS - 10 * HOUR_MS, START_MS]
    await opened({ start, end, live: false })
    const shown = () => window.senseLive?.window()
    expect(shown()).toEqual({ mode: 'fixed', fromMs: start, toMs: end })
    expect(screen.queryByTestId('device-card-kitchen')).toBeNull()
    screen.getByRole('group', { name: 'Temperature over time' }).focus()
    await user.keyboard('-')
    expect(shown()).toEqual({ mode: 'fixed', fromMs: start, toMs: end })
    await user.keyboard('+')
    await user.keyboard('{ArrowRight}{ArrowRight}{ArrowRight}{ArrowRight}{ArrowRight}{ArrowRight}')
    expect(shown()?.toMs).toBe(end)
    expect(shown()?.fromMs).toBeGreaterThan(start)
    await user.keyboard('0')
    expect(shown()?.mode).toBe('fixed')
    await user.click(screen.getByTestId('whole-span'))
    expect(shown()).toEqual({ mode: 'fixed', fromMs: start, toMs: end })
    expect(await violations()).toEqual([])
  })
})

describe('a link that leads nowhere', () => {
  test.each([401, 404])('says so kindly, whatever the reason (%i)', async (status) => {
    api.on('GET /api/shared/', { status, body: { code: 'not_found', detail: 'Not found.' } })
    render(<SharedApp />)
    expect((await screen.findByTestId('link-over')).textContent).toContain('may have expired')
    expect(FakeSocket.opened).toHaveLength(0)
    expect(await violations()).toEqual([])
  })

  test('because a part of it is missing asks for nothing', async () => {
    window.history.replaceState(null, '', '/shared/')
    render(<SharedApp />)
    expect(await screen.findByTestId('link-over')).toBeTruthy()
    expect(api.asked).toHaveLength(0)
  })

  test('from now on closes the page', async () => {
    await opened()
    api.on('GET /api/shared/', { status: 404, body: { code: 'not_found', detail: 'Not found.' } })
    act(() => FakeSocket.last.drop(4401))
    expect(await screen.findByTestId('link-over')).toBeTruthy()
    expect(FakeSocket.opened).toHaveLength(1)
  })

  test('for now is asked for again when the server is back', async () => {
    api.on('GET /api/shared/', new TypeError('network'))
    render(<SharedApp />)
    expect(await screen.findByText('The server does not answer')).toBeTruthy()
    api.on('GET /api/shared/', { body: shared() })
    await user.click(screen.getByRole('button', { name: 'Try now' }))
    await waitFor(() => expect(FakeSocket.opened).toHaveLength(1))
  })
})
