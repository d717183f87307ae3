import { screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { violations } from '../../testing/axe'
import { example, Settings } from '../../testing/settings'

const user = userEvent.setup({ delay: null })
const SHARE = {
  ...(example('shares') as [object])[0],
  id: 'first',
  name: 'For the class',
  devices: ['kitchen'],
  start: null,
  end: null,
  expires: Date.now() + 3_600_000,
  by: 'ada',
  last_used: null,
  uses: 0,
  state: 'active',
}
let settings: Settings

beforeEach(() => {
  settings = new Settings()
  settings.api.on('GET /api/shares/', { body: [SHARE] })
})

afterEach(() => settings.close())

async function open(): Promise<void> {
  settings.open('sharing')
  await screen.findByText('For the class')
}

const words = () => screen.getByTestId('share-For the class').textContent

test('links tell what they show, until when, and whether anybody came', async () => {
  await open()
  expect(words()).toMatch(
    /^For the classActiveKitchen · live, and all the past · until .* · never opened · by ada/,
  )
  expect(await violations()).toEqual([])
  settings.changed('sharelink', 'update', 'first', { ...SHARE, uses: 3, last_used: Date.now() - 150_000 })
  expect(words()).toContain('opened 3 times, last 2 min ago')
  settings.changed('sharelink', 'update', 'first', {
    ...SHARE,
    state: 'expired',
    expires: Date.now() - 1_000,
  })
  expect(words()).toMatch(/^For the classExpired.* · expired /)
})

test('a link that is named as its devices are does not say them twice', async () => {
  await open()
  settings.changed('sharelink', 'update', 'first', { ...SHARE, name: 'Kitchen' })
  expect(screen.getByTestId('share-Kitchen').textContent).toMatch(/^KitchenActivelive, and all the past · /)
})

test('one is ended after asking, and stays listed', async () => {
  await open()
  settings.api.on('DELETE /api/shares/first/', { status: 204 })
  const row = within(screen.getByTestId('share-For the class'))
  await user.click(row.getByRole('button', { name: 'End For the class' }))
  expect(row.getByText('Who looks at it now is sent away.')).toBeTruthy()
  await user.click(row.getByRole('button', { name: 'End the link' }))
  expect(await row.findByText('Ended')).toBeTruthy()
  expect(row.queryByRole('button')).toBeNull()
})

test('where there are none, one is made here, too, and stands in the list', async () => {
  settings.api.on('GET /api/shares/', { body: [] })
  settings.open('sharing')
  expect(await screen.findByText('There are no links.')).toBeTruthy()
  const made = { ...SHARE, link: 'https://sense.example.org/shared/#secret' }
  settings.api.on('POST /api/shares/', { status: 201, body: made })
  await user.click(screen.getByRole('button', { name: 'Share…' }))
  const dialog = within(screen.getByRole('dialog'))
  await user.click(dialog.getByRole('checkbox', { name: 'Kitchen' }))
  await user.click(dialog.getByRole('button', { name: 'Make the link' }))
  expect((await screen.findByTestId('share-link')).textContent).toBe(made.link)
  await user.click(dialog.getByRole('button', { name: 'Done' }))
  expect(words()).toContain('Active')
  expect(document.body.textContent).not.toContain('secret')
})
