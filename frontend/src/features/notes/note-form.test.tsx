import { act, render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Live } from '../../live/live'
import { LiveProvider } from '../../live/use-live'
import { annotation, annotationJson } from '../../testing/annotations'
import { FakeApi } from '../../testing/api'
import { violations } from '../../testing/axe'
import { FakeSocket } from '../../testing/fake-socket'
import { deviceJson, START_MS, welcomeJson } from '../../testing/messages'
import { NO_NOTIFICATIONS } from '../../testing/notifications'
import { NoteDialog, type OpenNotes } from './note-dialog'

const user = userEvent.setup({ delay: null })
const SEED = { device: 'kitchen', startMs: START_MS, endMs: null, text: '' }
const onClose = vi.fn()

let api: FakeApi
let live: Live

/** A page whose user may do this, with these notes on it. */
async function show(open: OpenNotes, notes: object[] = [], permissions = ['add_annotation']): Promise<void> {
  live = new Live({
    url: 'ws://test/ws/live/',
    fetchHistory: () => new Promise(() => undefined),
    fetchPageHistory: () => new Promise(() => undefined),
    fetchAnnotations: () => Promise.resolve({ annotations: notes.map(annotation), complete: true }),
    notifications: NO_NOTIFICATIONS,
    listDevices: () => Promise.resolve([]),
    isSignedOut: () => Promise.resolve(false),
    view: { mode: 'fixed', fromMs: START_MS - 60_000, toMs: START_MS + 60_000 },
  })
  live.start()
  FakeSocket.last.open()
  FakeSocket.last.say(welcomeJson([deviceJson()], { user: { username: 'maker', permissions } }))
  await waitFor(() => expect(live.annotations.store.getState().all).toHaveLength(notes.length))
  render(
    <LiveProvider value={live}>
      <NoteDialog open={open} onClose={onClose} />
    </LiveProvider>,
  )
}

const texts = () => live.annotations.store.getState().all.map(({ text }) => text)
const read = (...notes: object[]): OpenNotes => ({
  kind: 'read',
  ids: notes.map((one) => annotation(one).id),
})

beforeEach(() => {
  vi.stubGlobal('WebSocket', FakeSocket)
  FakeSocket.opened = []
  onClose.mockReset()
  api = new FakeApi()
})

afterEach(() => live.stop())

describe('a new note', () => {
  test('is written about the device, and shows at once', async () => {
    api.on('POST /api/annotations/', { status: 201, body: annotationJson({ text: 'Plant watered' }) })
    await show({ kind: 'write', seed: SEED })
    await user.type(screen.getByLabelText('What happened?'), '  Plant  watered ')
    await user.click(screen.getByRole('button', { name: 'Save' }))
    await waitFor(() => expect(onClose).toHaveBeenCalled())
    const body = { device: 'kitchen', start: START_MS, end: null, text: 'Plant watered' }
    expect(api.last('POST /api/annotations/').body).toEqual(body)
    expect(texts()).toEqual(['Plant watered'])
  })

  test('may be about all devices, and have an end', async () => {
    api.on('POST /api/annotations/', { status: 201, body: annotationJson() })
    await show({ kind: 'write', seed: SEED })
    await user.type(screen.getByLabelText('What happened?'), 'Test')
    await user.selectOptions(screen.getByLabelText('About'), 'All devices')
    await user.click(screen.getByLabelText('It went on for a while'))
    await user.click(screen.getByRole('button', { name: 'Save' }))
    await waitFor(() => expect(onClose).toHaveBeenCalled())
    const { body } = api.last('POST /api/annotations/')
    expect(body).toMatchObject({ device: null })
    expect((body as { end: number }).end).toBeGreaterThan(START_MS)
  })

  test('without words is not sent', async () => {
    await show({ kind: 'write', seed: SEED })
    await user.click(screen.getByRole('button', { name: 'Save' }))
    expect(screen.getByRole('alert').textContent).toBe('Please write what happened.')
    expect(api.asked).toEqual([])
  })

  test('that the server refuses stays, with kind words', async () => {
    api.on('POST /api/annotations/', { status: 403, body: { code: 'permission_denied', detail: 'No.' } })
    await show({ kind: 'write', seed: SEED })
    await user.type(screen.getByLabelText('What happened?'), 'Test')
    await user.click(screen.getByRole('button', { name: 'Save' }))
    expect((await screen.findByRole('alert')).textContent).toBe('Your account may not do that.')
    expect(onClose).not.toHaveBeenCalled()
    expect(texts()).toEqual([])
    expect(await violations()).toEqual([])
  })
})

describe('a note', () => {
  const mine = { id: 'mine', text: 'Mine' }
  const theirs = { id: 'theirs', text: 'Theirs', author: 'somebody' }

  test('of oneself is changed, one of others only read', async () => {
    await show(read(mine, theirs), [mine, theirs])
    expect(screen.getByText('Theirs')).toBeTruthy()
    expect(screen.queryByRole('button', { name: 'Edit: Theirs' })).toBeNull()
    api.on('PATCH /api/annotations/mine/', { body: annotationJson({ ...mine, text: 'Better' }) })
    await user.click(screen.getByRole('button', { name: 'Edit: Mine' }))
    await user.clear(screen.getByLabelText('What happened?'))
    await user.type(screen.getByLabelText('What happened?'), 'Better')
    await user.click(screen.getByRole('button', { name: 'Save' }))
    expect(await screen.findByText('Better')).toBeTruthy()
    const body = { start: START_MS, end: null, text: 'Better' }
    expect(api.last('PATCH /api/annotations/mine/').body).toEqual(body)
  })

  test('of others is changed by who has the right to', async () => {
    await show(read(theirs), [theirs], ['change_annotation'])
    expect(screen.getByRole('button', { name: 'Edit: Theirs' })).toBeTruthy()
    expect(screen.queryByRole('button', { name: 'Delete: Theirs' })).toBeNull()
  })

  test('is deleted after asking', async () => {
    api.on('DELETE /api/annotations/mine/', { status: 204 })
    await show(read(mine), [mine])
    await user.click(screen.getByRole('button', { name: 'Delete: Mine' }))
    expect(api.asked).toEqual([])
    await user.click(screen.getByRole('button', { name: 'Delete' }))
    expect(await screen.findByText('Nothing is noted here any more.')).toBeTruthy()
    expect(texts()).toEqual([])
  })

  test('that somebody deletes while one reads it is gone', async () => {
    await show(read(theirs), [theirs])
    const gone = {
      type: 'change',
      model: 'annotation',
      action: 'remove',
      id: 'theirs',
      data: null,
      origin: null,
    }
    act(() => FakeSocket.last.say(gone))
    expect(screen.getByRole('status').textContent).toBe('Nothing is noted here any more.')
  })

  test('is accessible', async () => {
    await show(read(mine, theirs), [mine, theirs])
    expect(await violations()).toEqual([])
  })
})
