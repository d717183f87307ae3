import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, test } from 'vitest'
import { FakeApi } from '../../testing/api'
import { violations } from '../../testing/axe'
import { START_MS } from '../../testing/messages'
import { DownloadForm } from './download-form'

const user = userEvent.setup({ delay: null })
const KITCHEN = { id: 'kitchen', name: 'Kitchen' }
const CELLAR = { id: 'cellar', name: 'Cellar' }
const STRETCH = { fromMs: START_MS + 0.4, toMs: START_MS + 60_000.4 }

let api: FakeApi

beforeEach(() => {
  api = new FakeApi().on('GET /api/devices/kitchen/export/', { body: {} })
})

const address = () => new URL(screen.getByTestId<HTMLAnchorElement>('download').href)
const asked = () => Object.fromEntries(address().searchParams)

test('the link leads to every reading of what is on screen', () => {
  render(<DownloadForm devices={[KITCHEN]} stretch={STRETCH} />)
  expect(address().pathname).toBe('/api/devices/kitchen/export/')
  expect(asked()).toEqual({
    start: String(START_MS),
    end: String(START_MS + 60_001),
    resolution: 'raw',
    format: 'csv',
  })
})

test('everything, in averages, of another device, in another format', async () => {
  render(<DownloadForm devices={[KITCHEN, CELLAR]} stretch={STRETCH} />)
  await user.click(screen.getByRole('radio', { name: 'Everything' }))
  await user.click(screen.getByRole('radio', { name: 'NDJSON' }))
  await user.selectOptions(screen.getByLabelText('What'), 'Averages of hours')
  await user.selectOptions(screen.getByLabelText('Device'), 'Cellar')
  expect(address().pathname).toBe('/api/devices/cellar/export/')
  expect(asked()).toEqual({ resolution: 'hour', format: 'ndjson' })
})

test('what the server cannot make is said, and cannot be clicked', async () => {
  const detail = 'Parquet needs pyarrow, which is not installed.'
  api.on('GET /api/devices/kitchen/export/', {
    status: 400,
    body: { code: 'invalid', detail: 'No.', fields: { format: [detail] } },
  })
  render(<DownloadForm devices={[KITCHEN]} stretch={STRETCH} />)
  await user.click(screen.getByRole('radio', { name: 'Parquet' }))
  expect(await screen.findByText(detail)).toBeTruthy()
  expect(screen.queryByTestId('download')).toBeNull()
  await user.click(screen.getByRole('radio', { name: 'CSV' }))
  expect(asked().format).toBe('csv')
})

test('the form is accessible', async () => {
  render(<DownloadForm devices={[KITCHEN, CELLAR]} stretch={STRETCH} />)
  expect(await violations()).toEqual([])
})
