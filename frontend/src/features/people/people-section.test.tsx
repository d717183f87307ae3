import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { violations } from '../../testing/axe'
import { example, Settings } from '../../testing/settings'

const user = userEvent.setup({ delay: null })
const [ADA, MAKER] = example('people') as [object, object]
const [PHYSICS] = example('groups') as [object]
let settings: Settings

beforeEach(() => {
  settings = new Settings()
  settings.api
    .on('GET /api/people/', { body: example('people') })
    .on('GET /api/groups/', { body: example('groups') })
})

afterEach(() => settings.close())

async function open(permissions?: readonly string[]): Promise<void> {
  settings.open('people', permissions)
  await screen.findByTestId('groups')
  await screen.findByTestId('person-ada')
}

const person = (name: string) => within(screen.getByTestId(`person-${name}`))
const dialog = () => within(screen.getByRole('dialog'))
const asked = () => settings.count('GET /api/people/') + settings.count('GET /api/groups/')

describe('the people', () => {
  test('are listed with what they may do and when they came', async () => {
    await open()
    expect(screen.getByTestId('person-ada').textContent).toMatch(
      /^adaTwo-factorOperator · physics · signed in \d+/,
    )
    expect(screen.getByTestId('person-maker').textContent).toMatch(/^makerYouSuperuser · never signed in/)
    expect(await violations()).toEqual([])
  })

  test('change under the eyes of who looks, without asking again', async () => {
    await open()
    const before = asked()
    settings.changed('person', 'update', '7', { ...ADA, role: 'viewer', groups: [], active: false })
    expect(screen.getByTestId('person-ada').textContent).toMatch(/^adaClosedTwo-factorViewer · signed in/)
    expect(screen.getByTestId('group-physics').textContent).toContain('0 people')
    settings.changed('person', 'add', '8', { ...ADA, id: '8', username: 'grace' })
    expect(screen.getByTestId('person-grace')).toBeTruthy()
    settings.changed('person', 'remove', '7', null)
    expect(screen.queryByTestId('person-ada')).toBeNull()
    expect(asked()).toBe(before)
  })

  test('of a whole school are found by name, address or group', async () => {
    const pupils = Array.from({ length: 30 }, (_, index) => ({
      ...MAKER,
      id: `pupil${index}`,
      username: `pupil${index}`,
    }))
    settings.api.on('GET /api/people/', { body: [ADA, ...pupils] })
    await open()
    await user.type(screen.getByRole('searchbox'), 'Physics')
    expect(screen.getByTestId('person-ada')).toBeTruthy()
    expect(screen.queryByTestId('person-pupil1')).toBeNull()
    await user.type(screen.getByRole('searchbox'), '!')
    expect(screen.getByText('No account matches “Physics!”.')).toBeTruthy()
  })

  test('of a whole school leave the groups in reach: the first fifty, and all on demand', async () => {
    const pupils = Array.from({ length: 60 }, (_, index) => ({
      ...MAKER,
      id: `pupil${index}`,
      username: `pupil${String(index).padStart(2, '0')}`,
    }))
    settings.api.on('GET /api/people/', { body: [ADA, ...pupils] })
    await open()
    expect(screen.getAllByTestId(/^person-/)).toHaveLength(50)
    expect(screen.queryByTestId('person-pupil59')).toBeNull()
    await user.type(screen.getByRole('searchbox'), 'pupil59')
    expect(screen.getByTestId('person-pupil59')).toBeTruthy()
    await user.clear(screen.getByRole('searchbox'))
    await user.click(screen.getByRole('button', { name: 'Show all 61 accounts' }))
    expect(screen.getAllByTestId(/^person-/)).toHaveLength(61)
  })

  test('are read anew once the line was broken and is back', async () => {
    await open()
    const before = asked()
    settings.api.on('GET /api/people/', { body: [MAKER] })
    await settings.reconnect()
    await waitFor(() => expect(screen.queryByTestId('person-ada')).toBeNull())
    expect(asked()).toBe(before + 2)
  })

  test('cannot be touched by who may only look', async () => {
    await open(['view_user', 'view_group'])
    expect(screen.queryByRole('button', { name: /Change|Add|Rename|Delete/ })).toBeNull()
  })

  test('that are superusers are left alone by others', async () => {
    settings.api.on('GET /api/people/', { body: [ADA, { ...MAKER, username: 'root' }] })
    await open()
    expect(person('root').queryByRole('button')).toBeNull()
    expect(person('ada').getByRole('button', { name: 'Change ada' })).toBeTruthy()
  })
})

test('somebody is added, and the link shown once', async () => {
  await open()
  settings.api.on('POST /api/people/', { status: 201, body: example('person-created') })
  await user.click(screen.getByRole('button', { name: 'Add a person' }))
  await user.type(dialog().getByLabelText('Username'), 'grace')
  await user.click(dialog().getByRole('checkbox', { name: 'physics' }))
  expect(await violations()).toEqual([])
  await user.click(dialog().getByRole('button', { name: 'Add' }))
  expect((await screen.findByTestId('person-link')).textContent).toContain('/sign-in/?token=')
  expect(settings.api.last('POST /api/people/').body).toEqual({
    username: 'grace',
    email: '',
    role: 'viewer',
    groups: ['physics'],
  })
  await user.click(dialog().getByRole('button', { name: 'Done' }))
  expect(person('grace').getByText(/^Viewer/)).toBeTruthy()
  expect(document.body.textContent).not.toContain('token=')
})

test('a name that is taken is told at its field', async () => {
  await open()
  const fields = { username: ['There is an account of this name already.'] }
  settings.api.on('POST /api/people/', { status: 400, body: { code: 'invalid', detail: '…', fields } })
  await user.click(screen.getByRole('button', { name: 'Add a person' }))
  await user.type(dialog().getByLabelText('Username'), 'ada')
  await user.click(dialog().getByRole('button', { name: 'Add' }))
  expect((await screen.findByRole('alert')).textContent).toBe('There is an account of this name already.')
})

describe('somebody’s account', () => {
  async function change(name: string): Promise<void> {
    await open()
    await user.click(person(name).getByRole('button', { name: `Change ${name}` }))
  }

  test('gets another role; only that is sent', async () => {
    await change('ada')
    settings.api.on('PATCH /api/people/7/', { body: { ...ADA, role: 'administrator' } })
    await user.selectOptions(dialog().getByLabelText('Role'), 'Administrator')
    expect(await violations()).toEqual([])
    await user.click(dialog().getByRole('button', { name: 'Save' }))
    expect(await screen.findByText(/It holds at once/)).toBeTruthy()
    expect(settings.api.last('PATCH /api/people/7/').body).toEqual({ role: 'administrator' })
    expect(screen.getByTestId('person-ada').textContent).toContain('Administrator')
  })

  test('loses a group and the role', async () => {
    await change('ada')
    settings.api.on('PATCH /api/people/7/', { body: { ...ADA, role: null, groups: [] } })
    await user.selectOptions(dialog().getByLabelText('Role'), 'No role')
    await user.click(dialog().getByRole('checkbox', { name: 'physics' }))
    await user.click(dialog().getByRole('button', { name: 'Save' }))
    await waitFor(() =>
      expect(settings.api.last('PATCH /api/people/7/').body).toEqual({ role: null, groups: [] }),
    )
  })

  test('is closed and opened again', async () => {
    await change('ada')
    settings.api.on('PATCH /api/people/7/', ({ body }) => ({ body: { ...ADA, ...(body as object) } }))
    await user.click(dialog().getByRole('button', { name: 'Close the account' }))
    expect(await dialog().findByText('This account is closed: it cannot sign in.')).toBeTruthy()
    expect(dialog().queryByText('Sign-in link')).toBeNull()
    await user.click(dialog().getByRole('button', { name: 'Open it again' }))
    expect(await dialog().findByText('Sign-in link')).toBeTruthy()
  })

  test('gets a new link', async () => {
    await change('ada')
    settings.api.on('POST /api/people/7/link/', { body: example('person-link') })
    await user.click(dialog().getByRole('button', { name: 'New link' }))
    expect((await screen.findByTestId('person-link')).textContent).toContain('/sign-in/?token=')
  })

  test('has its two-factor switched off after asking', async () => {
    await change('ada')
    settings.api.on('DELETE /api/people/7/two-factor/', { status: 204 })
    await user.click(dialog().getByRole('button', { name: 'Switch off…' }))
    await user.click(dialog().getByRole('button', { name: 'Switch off' }))
    await waitFor(() => expect(screen.getByTestId('person-ada').textContent).not.toContain('Two-factor'))
  })

  test('is deleted after asking', async () => {
    await change('ada')
    settings.api.on('DELETE /api/people/7/', { status: 204 })
    await user.click(dialog().getByRole('button', { name: 'Delete…' }))
    await user.click(dialog().getByRole('button', { name: 'Delete for good' }))
    await waitFor(() => expect(screen.queryByTestId('person-ada')).toBeNull())
    expect(screen.queryByRole('dialog')).toBeNull()
  })

  test('of one’s own can be neither closed, deleted nor demoted', async () => {
    await change('maker')
    expect(dialog().getByLabelText('Role')).toHaveProperty('disabled', true)
    expect(dialog().queryByText('Delete')).toBeNull()
    expect(dialog().queryByText('Account')).toBeNull()
  })
})

describe('the groups', () => {
  const group = () => within(screen.getByTestId('group-physics'))

  test('are added', async () => {
    await open()
    settings.api.on('POST /api/groups/', {
      status: 201,
      body: { id: '5', name: 'chemistry', people: 0, devices: 0 },
    })
    await user.type(screen.getByLabelText('New group'), 'chemistry')
    await user.click(screen.getByRole('button', { name: 'Add' }))
    expect((await screen.findByTestId('group-chemistry')).textContent).toContain(
      '0 people · no device is limited to it',
    )
  })

  test('are renamed', async () => {
    await open()
    settings.api.on('PATCH /api/groups/4/', { body: { ...PHYSICS, name: 'Physics room' } })
    await user.click(group().getByRole('button', { name: 'Rename physics' }))
    await user.clear(screen.getByLabelText('New name of physics'))
    await user.type(screen.getByLabelText('New name of physics'), 'Physics room')
    await user.click(group().getByRole('button', { name: 'Rename' }))
    expect(await screen.findByTestId('group-Physics room')).toBeTruthy()
  })

  test('that others rename or delete keep, or lose, their people', async () => {
    await open()
    settings.changed('group', 'update', '4', { ...PHYSICS, name: 'Lab' })
    expect(screen.getByTestId('person-ada').textContent).toContain('Operator · Lab · ')
    expect(screen.getByTestId('group-Lab').textContent).toContain('1 person')
    settings.changed('group', 'remove', '4', null)
    expect(screen.getByTestId('person-ada').textContent).toMatch(/Operator · signed in/)
  })

  test('are deleted after one was told what becomes of their devices', async () => {
    await open()
    settings.api.on('DELETE /api/groups/4/', { status: 204 })
    await user.click(group().getByRole('button', { name: 'Delete physics' }))
    expect(group().getByText(/^2 devices are limited to physics\. They stay limited/)).toBeTruthy()
    expect(await violations()).toEqual([])
    await user.click(group().getByRole('button', { name: 'Delete' }))
    expect(await screen.findByText(/There are no groups/)).toBeTruthy()
  })
})
