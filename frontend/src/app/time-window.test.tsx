import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { api, begin, opened, say, user } from '../testing/app-page'
import { violations } from '../testing/axe'
import { FakeChart } from '../testing/fake-chart'
import { readingsJson, START_MS } from '../testing/messages'

vi.mock('../charts/echarts', () => ({ init: () => new FakeChart() }))

beforeEach(begin)

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
