import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { violations } from '../../testing/axe'
import { EVERYTHING, example, Settings } from '../../testing/settings'

const user = userEvent.setup({ delay: null })
const AWAY = { status: 503, body: { code: 'storage_unavailable', detail: 'The database does not answer.' } }
let settings: Settings

beforeEach(() => {
  settings = new Settings()
  settings.api
    .on('GET /api/account/', { body: example('account') })
    .on('GET /api/account/sessions/', { body: example('account-sessions') })
    .on('GET /api/people/', { body: example('people') })
    .on('GET /api/groups/', { body: example('groups') })
    .on('GET /api/shares/', { body: example('shares') })
    .on('GET /api/webhooks/', { body: example('webhooks') })
    .on('GET /api/audit/', { body: example('audit') })
})

afterEach(() => settings.close())

describe('what could not be read', () => {
  test.each([
    ['account', '/api/account/', 'E-mail'],
    ['account', '/api/account/sessions/', 'This one'],
    ['people', '/api/people/', 'Accounts'],
    ['people', '/api/groups/', 'Groups'],
    ['sharing', '/api/shares/', 'Active'],
    ['webhooks', '/api/webhooks/', 'What it was told'],
    ['audit', '/api/audit/', 'From'],
  ])('of %s (%s) is asked for again when somebody wants it', async (section, path, words) => {
    const good = settings.api.answerTo(`GET ${path}`)
    settings.api.on(`GET ${path}`, AWAY)
    settings.open(section)
    expect((await screen.findByRole('alert')).textContent).toBe('The database does not answer.')
    expect(screen.queryByText(words)).toBeNull()
    expect(await violations()).toEqual([])
    await user.click(screen.getByRole('button', { name: 'Try again' }))
    await waitFor(() => expect(settings.count(`GET ${path}`)).toBe(2))
    expect(await screen.findByRole('alert')).toBeTruthy()
    settings.api.on(`GET ${path}`, good)
    await user.click(screen.getByRole('button', { name: 'Try again' }))
    expect((await screen.findAllByText(words)).length).toBeGreaterThan(0)
    expect(screen.queryByRole('alert')).toBeNull()
    expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull()
  })

  test('comes by itself when the line was broken and is good again', async () => {
    const good = settings.api.answerTo('GET /api/shares/')
    settings.api.on('GET /api/shares/', AWAY)
    settings.open('sharing')
    await screen.findByRole('alert')
    settings.api.on('GET /api/shares/', good)
    await settings.reconnect()
    expect((await screen.findAllByText('Active')).length).toBeGreaterThan(0)
  })

  test.each([
    ['people', ['/api/people/', '/api/groups/']],
    ['sharing', ['/api/shares/']],
    ['webhooks', ['/api/webhooks/']],
  ])(
    'of %s costs nothing when a welcome comes again, and is read anew with other rights',
    async (section, paths) => {
      const asked = () => paths.map((path) => settings.count(`GET ${path}`))
      settings.open(section)
      await waitFor(() => expect(asked()).toEqual(paths.map(() => 1)))
      for (let time = 0; time < 10; time++) settings.say(settings.welcome())
      expect(asked()).toEqual(paths.map(() => 1))
      settings.say(settings.welcome([...EVERYTHING, 'see_all_devices']))
      await waitFor(() => expect(asked()).toEqual(paths.map(() => 2)))
    },
  )

  test('keeps the keyboard where it is while it is asked for again', async () => {
    settings.api.on('GET /api/audit/', AWAY)
    settings.open('audit')
    await screen.findByRole('alert')
    const again = screen.getByRole('button', { name: 'Try again' })
    await user.click(again)
    await waitFor(() => expect(settings.count('GET /api/audit/')).toBe(2))
    expect(await screen.findByRole('alert')).toBeTruthy()
    expect(document.activeElement).toBe(again)
    expect(within(again).getByText('Try again')).toBeTruthy()
  })
})
