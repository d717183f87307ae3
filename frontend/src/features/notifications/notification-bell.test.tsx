import { act, fireEvent, render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { Live } from '../../live/live'
import type { NotificationCalls } from '../../live/notifications'
import { LiveProvider } from '../../live/use-live'
import { parseNotification } from '../../protocol/notification'
import { violations } from '../../testing/axe'
import { FakeSocket } from '../../testing/fake-socket'
import { deviceJson, START_MS, welcomeJson } from '../../testing/messages'
import { notificationJson, notificationMessage } from '../../testing/notifications'
import { NotificationBell } from './notification-bell'

const user = userEvent.setup({ delay: null })
const fetch = vi.fn<NotificationCalls['fetch']>()
const markRead = vi.fn<NotificationCalls['markRead']>()
const one = (over: object) => parseNotification(notificationJson(over))

function show(unread: number): void {
  const nothing = () => new Promise<never>(() => undefined)
  const live = new Live({
    url: 'ws://test/ws/live/',
    fetchHistory: nothing,
    fetchPageHistory: nothing,
    fetchAnnotations: nothing,
    notifications: { fetch, markRead },
    listDevices: () => Promise.resolve([]),
    isSignedOut: () => Promise.resolve(false),
  })
  live.start()
  FakeSocket.last.open()
  FakeSocket.last.say(welcomeJson([deviceJson()], { unread }))
  render(
    <LiveProvider value={live}>
      <NotificationBell />
    </LiveProvider>,
  )
}

const say = (message: object) => act(() => FakeSocket.last.say(message))
const count = () => screen.queryByTestId('unread')?.textContent

// A click on a summary toggles it only in a browser.
async function toggle(open: boolean): Promise<void> {
  const details = screen.getByTestId<HTMLDetailsElement>('notifications')
  details.open = open
  await act(async () => {
    fireEvent(details, new Event('toggle'))
    await Promise.resolve()
  })
}

beforeEach(() => {
  vi.stubGlobal('WebSocket', FakeSocket)
  FakeSocket.opened = []
  fetch.mockReset().mockResolvedValue({ notifications: [one({})], unread: 1, more: false })
  markRead.mockReset().mockResolvedValue(0)
})

describe('the bell', () => {
  test('counts what others do, and not what this page did', () => {
    show(0)
    expect(count()).toBeUndefined()
    say(notificationMessage({ origin: '9f3c1a2b7d4e4f60' }))
    expect(count()).toBeUndefined()
    say(notificationMessage({ origin: 'another-page' }))
    expect(count()).toBe('1')
    expect(screen.getByLabelText('Notifications, 1 unread')).toBeTruthy()
    expect(screen.getByRole('status').textContent).toBe('There are unread notifications.')
  })

  test('says 99+ for more', () => {
    show(100)
    expect(count()).toBe('99+')
  })

  test('follows the other tabs that read them', () => {
    show(7)
    say({ type: 'notifications_read', until: START_MS, unread: 2 })
    expect(count()).toBe('2')
  })
})

describe('the list', () => {
  test('tells who did what to what and when, and marks all as read', async () => {
    show(1)
    await toggle(true)
    const item = within(await screen.findByRole('listitem'))
    expect(item.getByText('Kitchen').closest('p')?.textContent).toBe('ada changed the device Kitchen')
    expect(item.getByText('Changed name.')).toBeTruthy()
    expect(item.getByText(/ago$/).getAttribute('datetime')).toBe(new Date(START_MS).toISOString())
    expect(markRead).toHaveBeenCalledExactlyOnceWith(START_MS)
    expect(count()).toBeUndefined()
    expect(await violations()).toEqual([])
  })

  test('shows older ones on demand', async () => {
    fetch.mockResolvedValueOnce({ notifications: [one({})], unread: 0, more: true })
    show(0)
    await toggle(true)
    fetch.mockResolvedValueOnce({
      notifications: [one({ id: 'old', time: START_MS - 1, text: 'Cellar', action: 'delete' })],
      unread: 0,
      more: false,
    })
    await user.click(await screen.findByRole('button', { name: 'Show older ones' }))
    expect((await screen.findByText('Cellar')).closest('p')?.textContent).toBe(
      'ada deleted the device Cellar',
    )
    expect(screen.queryByRole('button', { name: 'Show older ones' })).toBeNull()
  })

  test('says so when there is nothing', async () => {
    fetch.mockResolvedValue({ notifications: [], unread: 0, more: false })
    show(0)
    await toggle(true)
    expect(await screen.findByText(/^Nothing yet/)).toBeTruthy()
    expect(await violations()).toEqual([])
  })

  test('that cannot be read can be tried again', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    fetch.mockRejectedValueOnce(new Error('away'))
    show(0)
    await toggle(true)
    expect((await screen.findByRole('alert')).textContent).toContain('cannot be read now')
    await user.click(screen.getByRole('button', { name: 'Try again' }))
    expect(await screen.findByText('Kitchen')).toBeTruthy()
  })

  test('is closed with Escape, and what came meanwhile is read too', async () => {
    show(0)
    await toggle(true)
    say(notificationMessage({ id: 'b', time: START_MS + 1 }))
    await user.keyboard('{Escape}')
    await toggle(false)
    expect(markRead).toHaveBeenLastCalledWith(START_MS + 1)
    expect(screen.queryByRole('list')).toBeNull()
  })
})
