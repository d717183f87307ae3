import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { violations } from '../../testing/axe'
import { example, Settings } from '../../testing/settings'

const user = userEvent.setup({ delay: null })
let settings: Settings

beforeEach(() => {
  settings = new Settings()
  settings.api
    .on('GET /api/account/', { body: example('account') })
    .on('GET /api/account/sessions/', { body: example('account-sessions') })
})

afterEach(() => settings.close())

const names = () =>
  screen.getAllByRole('listitem').flatMap((one) => one.querySelector('nav strong')?.textContent ?? [])

test('offer only what the account may see', () => {
  settings.open('', ['view_user'])
  expect(names()).toEqual(['Account', 'People'])
})

test('begin with the account, and name it in the title', async () => {
  settings.open('account', [])
  expect(screen.getByRole('heading', { level: 2 }).textContent).toBe('Account')
  expect(document.title).toBe('Account · Settings · Sense Live')
  expect(await screen.findByDisplayValue('maker@example.org')).toBeTruthy()
  expect(screen.getByRole('link', { current: 'page' }).textContent).toContain('Account')
  expect(await violations()).toEqual([])
})

test.each(['people', 'nonsense'])('say kindly that %s is not there for this account', (section) => {
  settings.open(section, [])
  expect(screen.getByRole('status').textContent).toContain('no such page, or your account may not see it')
})

test('lead back to the live page as it was, and on without loading the page', async () => {
  settings.open('account', [])
  expect(screen.getByRole('link', { name: 'Live page' }).getAttribute('href')).toBe('/?span=6h')
  await user.click(screen.getByRole('link', { name: 'All settings' }))
  await waitFor(() => expect(window.location.pathname).toBe('/settings/'))
})
