import { render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, test, vi } from 'vitest'
import { ApiError } from '../../api/request'
import type { Due } from '../../protocol/retention'
import { violations } from '../../testing/axe'
import { RetentionForm } from './retention-form'
import type { Preview } from './use-due'

const user = userEvent.setup({ delay: null })
const KEPT = { raw: 30, minute: 365, hour: 3_650 }
const OWN = { raw: null, minute: null, hour: null }
const OLD: Due = { level: 'raw', untilMs: 1, rows: 1_204_000, more: false }

const preview = vi.fn<Preview>()
const save = vi.fn<(periods: object) => Promise<unknown>>()
const onSaved = vi.fn()

beforeEach(() => {
  preview.mockReset().mockResolvedValue([OLD])
  save.mockReset().mockResolvedValue(null)
  onSaved.mockReset()
})

function show(mayChange = true): void {
  render(
    <RetentionForm
      saved={OWN}
      inherited={KEPT}
      preview={preview}
      save={save}
      mayChange={mayChange}
      onSaved={onSaved}
    />,
  )
}

const choose = (label: string, days: string) => user.selectOptions(screen.getByLabelText(label), days)

test('what a change deletes is said before it is saved', async () => {
  show()
  await choose('Readings', '7')
  await screen.findByText('1,204,000 readings older than 7 days will be deleted within the hour.')
  expect(save).not.toHaveBeenCalled()
  await user.click(screen.getByRole('button', { name: 'Save, and delete these' }))
  expect(save).toHaveBeenCalledExactlyOnceWith({ ...OWN, raw: 7 })
  await waitFor(() => expect(onSaved).toHaveBeenCalled())
})

test('where nothing is old enough, that is said', async () => {
  preview.mockResolvedValue([{ ...OLD, rows: 0 }])
  show()
  await choose('Readings', '7')
  expect(await screen.findByText('Nothing is old enough to be deleted.')).toBeTruthy()
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Save' }).disabled).toBe(false)
})

test('readings are not kept for longer than their averages', async () => {
  show()
  await choose('Readings', '0')
  expect(screen.getByRole('alert').textContent).toContain('Readings are kept for ever')
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Save' }).disabled).toBe(true)
})

test('what the server refuses stands at its field', async () => {
  const fields = new Map([['raw_days', ['That is about “cellar”.']]])
  preview.mockRejectedValue(new ApiError(400, { code: 'invalid', detail: 'No.', fields, retryMs: null }))
  show()
  await choose('Readings', '7')
  expect((await screen.findByRole('alert')).textContent).toBe('That is about “cellar”.')
})

test('who may not change it sees it', async () => {
  show(false)
  expect(screen.getByLabelText<HTMLSelectElement>('Readings').disabled).toBe(true)
  expect(screen.queryByRole('button')).toBeNull()
  expect(await violations()).toEqual([])
})
