import { screen, waitFor, within } from '@testing-library/react'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { api, begin, EMPTY_HISTORY, opened, say, session, user } from '../testing/app-page'
import { violations } from '../testing/axe'
import { FakeChart } from '../testing/fake-chart'
import { ALL_PERMISSIONS, deviceJson, metricJson, readingsJson, welcomeJson } from '../testing/messages'

vi.mock('../charts/echarts', () => ({ init: () => new FakeChart() }))

beforeEach(begin)

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
