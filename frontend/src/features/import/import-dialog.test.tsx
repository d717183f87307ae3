import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, test, vi } from 'vitest'
import { violations } from '../../testing/axe'
import { ImportDialog } from './import-dialog'

const user = userEvent.setup({ delay: null })
const FILE = new File(['time,temperature\n2026-11-21T09:00:00Z,21\n'], 'kitchen.csv', { type: 'text/csv' })
const REFUSED = [
  { code: 'out_of_range', count: 4, examples: [{ line: 17, detail: 'humidity 140 is above 100 %' }] },
]
const report = (over: object = {}) => ({
  type: 'report',
  read: 48_000,
  stored: 47_990,
  duplicates: 6,
  older_than_kept: 12,
  refused: REFUSED,
  metrics: ['humidity'],
  error: null,
  ...over,
})

const fetch = vi.fn<(path: string, init: RequestInit) => Promise<Response>>()
const answer = (...lines: object[]) =>
  Promise.resolve(new Response(lines.map((line) => `${JSON.stringify(line)}\n`).join('')))

beforeEach(() => {
  vi.stubGlobal('fetch', fetch)
  fetch.mockReset()
  render(<ImportDialog id="kitchen" name="Kitchen" onClose={() => undefined} />)
})

test('a file is looked at before it is stored, and what is refused is told with its line', async () => {
  const progress = { type: 'progress', bytes: 1, read: 24_000, stored: 0, duplicates: 0 }
  fetch.mockReturnValueOnce(answer(progress, report()))
  await user.upload(screen.getByLabelText('File'), FILE)
  await user.click(screen.getByRole('button', { name: 'Check the file' }))
  expect(await screen.findByText('48,000 readings in the file. Nothing is stored yet.')).toBeTruthy()
  expect(screen.getByText('Line 17: humidity 140 is above 100 %')).toBeTruthy()
  expect(screen.getByText(/^12 readings are older than you keep them/)).toBeTruthy()
  expect(screen.getByText('and 3 more like these.')).toBeTruthy()
  expect(fetch.mock.calls[0]?.[0]).toBe('/api/devices/kitchen/import/?dry_run=true')
  expect(await violations()).toEqual([])

  fetch.mockReturnValueOnce(answer(report({ refused: [] })))
  await user.click(screen.getByRole('button', { name: 'Import' }))
  expect(await screen.findByText(/47,990 are new, 6 were there already/)).toBeTruthy()
  const [path, init] = fetch.mock.calls[1] ?? []
  expect(path).toBe('/api/devices/kitchen/import/?dry_run=false')
  expect(init?.body).toBe(FILE)
  expect(new Headers(init?.headers).get('Content-Type')).toBe('text/csv')
})

test('a file that cannot be read is not imported', async () => {
  const detail = 'No column is called time.'
  const refusal = new Response(JSON.stringify({ code: 'unreadable_file', detail }), { status: 400 })
  fetch.mockResolvedValueOnce(refusal)
  await user.upload(screen.getByLabelText('File'), FILE)
  await user.click(screen.getByRole('button', { name: 'Check the file' }))
  expect((await screen.findByRole('alert')).textContent).toBe(detail)
  expect(screen.queryByRole('button', { name: 'Import' })).toBeNull()
})

test('a line that broke off is told', async () => {
  fetch.mockReturnValueOnce(answer({ type: 'progress', bytes: 1, read: 1, stored: 1, duplicates: 0 }))
  await user.upload(screen.getByLabelText('File'), FILE)
  await user.click(screen.getByRole('button', { name: 'Check the file' }))
  expect((await screen.findByRole('alert')).textContent).toContain('did not say what became of the file')
})
