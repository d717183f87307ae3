import { act, render, screen, waitFor, within } from '@testing-library/react'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { api, begin, EMPTY_HISTORY, opened, say, user } from '../testing/app-page'
import { violations } from '../testing/axe'
import { FakeChart } from '../testing/fake-chart'
import { FakeSocket } from '../testing/fake-socket'
import { deviceJson, readingsJson, START_MS, welcomeJson } from '../testing/messages'
import { example } from '../testing/settings'
import { App } from './app'

vi.mock('../charts/echarts', () => ({ init: () => new FakeChart() }))

beforeEach(begin)

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
