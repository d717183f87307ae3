import { beforeEach, describe, expect, test, vi } from 'vitest'
import { parseNotification } from '../protocol/notification'
import { START_MS } from '../testing/messages'
import { notificationJson } from '../testing/notifications'
import { Notifications, type NotificationCalls } from './notifications'

const fetch = vi.fn<NotificationCalls['fetch']>()
const markRead = vi.fn<NotificationCalls['markRead']>()
const one = (id: string, over: object = {}) => parseNotification(notificationJson({ id, ...over }))

let notifications: Notifications
const state = () => notifications.store.getState()
const ids = () => state().all?.map(({ id }) => id)

beforeEach(() => {
  notifications = new Notifications({ fetch, markRead })
  fetch.mockReset().mockResolvedValue({ notifications: [one('a')], unread: 1, more: false })
  markRead.mockReset().mockResolvedValue(0)
})

describe('the count', () => {
  test('grows with each that is told, up to what can be said', () => {
    notifications.count(98)
    for (const id of ['a', 'b', 'c', 'd']) notifications.told(one(id))
    expect(state().unread).toBe(100)
    expect(state().all).toBeNull()
  })

  test('is none once they were looked at, and the server knows', async () => {
    notifications.count(1)
    await notifications.open()
    expect(markRead).toHaveBeenCalledExactlyOnceWith(START_MS)
    expect(state().unread).toBe(0)
  })

  test('costs no call where all was read before', async () => {
    fetch.mockResolvedValue({ notifications: [one('a')], unread: 0, more: false })
    await notifications.open()
    await notifications.close()
    expect(markRead).not.toHaveBeenCalled()
  })

  test('stays when the server cannot take it', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    markRead.mockRejectedValue(new Error('away'))
    await notifications.open()
    expect(state().unread).toBe(1)
  })
})

describe('the list', () => {
  test('shows what comes while it is open, and marks it with its end in one call', async () => {
    await notifications.open()
    notifications.told(one('b', { time: START_MS + 1 }))
    notifications.told(one('c', { time: START_MS + 2 }))
    expect(ids()).toEqual(['c', 'b', 'a'])
    expect(state().unread).toBe(2)
    await notifications.close()
    expect(markRead.mock.calls).toEqual([[START_MS], [START_MS + 2]])
    expect(state().all).toBeNull()
  })

  test('goes on with older ones, without a double', async () => {
    fetch.mockResolvedValueOnce({ notifications: [one('a')], unread: 0, more: true })
    await notifications.open()
    expect(state().more).toBe(true)
    const older = [one('a'), one('old', { time: START_MS - 5 })]
    fetch.mockResolvedValueOnce({ notifications: older, unread: 0, more: false })
    await notifications.older()
    expect(fetch.mock.lastCall?.[0]).toMatchObject({ beforeMs: START_MS })
    expect(ids()).toEqual(['a', 'old'])
    expect(state().more).toBe(false)
  })

  test('is read anew when some may have been missed, and is left alone while nobody looks', async () => {
    notifications.missed()
    expect(fetch).not.toHaveBeenCalled()
    fetch.mockResolvedValueOnce({ notifications: [one('a')], unread: 0, more: false })
    await notifications.open()
    fetch.mockResolvedValueOnce({ notifications: [one('b'), one('a')], unread: 1, more: false })
    notifications.missed()
    await vi.waitFor(() => expect([...(ids() ?? [])].sort()).toEqual(['a', 'b']))
  })

  test('says when it cannot be read', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    fetch.mockRejectedValue(new Error('away'))
    await notifications.open()
    expect(state()).toMatchObject({ loading: false, failed: true })
  })

  test('that was closed takes no answer any more', async () => {
    const opened = notifications.open()
    await notifications.close()
    await opened
    expect(state().all).toBeNull()
  })
})
