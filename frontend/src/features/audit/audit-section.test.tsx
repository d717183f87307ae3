import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { violations } from '../../testing/axe'
import { example, Settings } from '../../testing/settings'

const user = userEvent.setup({ delay: null })
const { entries } = example('audit') as { entries: { time: number }[] }
let settings: Settings

beforeEach(() => {
  settings = new Settings()
  settings.api.on('GET /api/audit/', { body: { entries, more: true } })
})

afterEach(() => settings.close())

async function open(): Promise<void> {
  settings.open('audit')
  await screen.findByText('changed the device Kitchen')
}

const cells = (row: HTMLElement) =>
  within(row)
    .getAllByRole('cell')
    .map((cell) => cell.textContent)

test('who did what is told in words, with the address', async () => {
  await open()
  const [, first, second] = screen.getAllByRole('row')
  expect(cells(first as HTMLElement).slice(1)).toEqual([
    'ada',
    'changed the device KitchenChanged name.',
    '192.0.2.1',
  ])
  expect(cells(second as HTMLElement).slice(1)).toEqual(['ada', 'signed in', ''])
  expect(await violations()).toEqual([])
})

test('older ones come below the newer ones', async () => {
  await open()
  const older = [{ ...entries[0], id: 'older', text: 'Cellar' }]
  settings.api.on('GET /api/audit/', { body: { entries: older, more: false } })
  await user.click(screen.getByRole('button', { name: 'Show older ones' }))
  expect(await screen.findByText('changed the device Cellar')).toBeTruthy()
  expect(screen.getAllByRole('row')).toHaveLength(1 + entries.length + 1)
  expect(settings.query('GET /api/audit/')).toBe(`before=${entries.at(-1)?.time}`)
  expect(screen.queryByRole('button', { name: 'Show older ones' })).toBeNull()
})

test('one kind or one person is asked for alone, and the rest goes', async () => {
  await open()
  settings.api.on('GET /api/audit/', { body: { entries: [], more: false } })
  await user.selectOptions(screen.getByLabelText('What'), 'Webhooks')
  expect(await screen.findByText('Nothing like that is on record.')).toBeTruthy()
  expect(settings.query('GET /api/audit/')).toBe('model=webhook')
  expect(screen.queryByText('changed the device Kitchen')).toBeNull()
  await user.type(screen.getByLabelText('Who'), ' ada {Enter}')
  await waitFor(() => expect(settings.query('GET /api/audit/')).toBe('by=ada&model=webhook'))
})

test('a page that cannot be read now says so, and keeps what is there', async () => {
  await open()
  settings.api.on('GET /api/audit/', new TypeError('network'))
  await user.click(screen.getByRole('button', { name: 'Show older ones' }))
  expect((await screen.findByRole('alert')).textContent).toContain('The server cannot be reached.')
  expect(screen.getByText('changed the device Kitchen')).toBeTruthy()
})
