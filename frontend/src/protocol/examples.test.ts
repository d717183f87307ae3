// Every example of the written protocol goes through the parsers: page and code cannot drift apart.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseAccount, parseBrowserSessions, parseRecoveryCodes, parseTwoFactorSetup } from './account'
import { parseAnnotation, parseAnnotationList } from './annotation'
import { parseApiError } from './api-error'
import { authenticateByShare, subscribe } from './client-message'
import { parseAuditPage } from './audit'
import { parseCreatedDevice, parseDeviceState } from './device'
import { parseImportLine } from './import-report'
import { parseMetricList } from './metric'
import { parseNotificationPage, parseUnread } from './notification'
import { parseCreatedPerson, parseGroups, parseLink, parsePeople } from './person'
import { parseResult } from './result'
import { parseDeviceRetention, parseRetention } from './retention'
import { parseHistory } from './series'
import { parseServerMessage } from './server-message'
import { object } from './shape'
import { parseCreatedShare, parseShared, parseShareLinks } from './share'
import { parseStatistics } from './statistics'
import { parseSession } from './user'
import {
  parseCreatedWebhook,
  parseDelivery,
  parseDeliveryLog,
  parseWebhooks,
  parseWebhookSecret,
} from './webhook'

const EXAMPLES = join(import.meta.dirname, '../../../docs/protocol/examples')

const names = (folder: string) => readdirSync(join(EXAMPLES, folder))
const read = (folder: string, name: string) => readFileSync(join(EXAMPLES, folder, name), 'utf8')

const REST: Record<string, ((body: unknown) => unknown) | 'not used by the dashboard'> = {
  'account.json': parseAccount,
  'account-sessions.json': parseBrowserSessions,
  'annotation.json': parseAnnotation,
  'annotations.json': parseAnnotationList,
  'audit.json': parseAuditPage,
  'deliveries.json': parseDeliveryLog,
  'delivery.json': parseDelivery,
  'device.json': parseDeviceState,
  'device-created.json': parseCreatedDevice,
  'device-retention.json': parseDeviceRetention,
  'error.json': parseApiError,
  'groups.json': parseGroups,
  'history.json': parseHistory,
  'history-points.json': parseHistory,
  'import-progress.json': parseImportLine,
  'import-report.json': parseImportLine,
  'invalid-fields.json': parseApiError,
  'latest.json': 'not used by the dashboard',
  'metrics.json': parseMetricList,
  'notifications.json': parseNotificationPage,
  'people.json': parsePeople,
  'person-created.json': parseCreatedPerson,
  'person-link.json': parseLink,
  'rate-limited.json': parseApiError,
  'recovery-codes.json': parseRecoveryCodes,
  'session.json': parseSession,
  'result.json': parseResult,
  'share-created.json': parseCreatedShare,
  'shared.json': parseShared,
  'shares.json': parseShareLinks,
  'retention.json': parseRetention,
  'signed-ingest.json': 'not used by the dashboard',
  'statistics.json': parseStatistics,
  'unread.json': (body) => parseUnread(body) === 0,
  'two-factor-setup.json': parseTwoFactorSetup,
  'webhook-created.json': parseCreatedWebhook,
  'webhook-secret.json': parseWebhookSecret,
  'webhooks.json': parseWebhooks,
  'ws-token.json': 'not used by the dashboard',
}

describe('messages to the dashboard', () => {
  test.each(names('to-dashboard'))('%s is understood', (name) => {
    const frame = read('to-dashboard', name)
    expect(parseServerMessage(frame).type).toBe(object(JSON.parse(frame), 'example').type)
  })

  test('a welcome keeps devices, metrics and the latest values', () => {
    const message = parseServerMessage(read('to-dashboard', 'welcome.json'))
    if (message.type !== 'welcome') throw new Error('not a welcome')
    expect(message.devices[0]).toMatchObject({ id: 'kitchen', online: true, intervalMs: 1000 })
    expect(message.devices[0]?.latest?.values.get('temperature')).toBe(21.5)
    expect(message.metrics[0]).toMatchObject({ name: 'temperature', unit: '°C', decimals: 1 })
    expect(message.user?.permissions).toContain('add_device')
  })

  test('a welcome of a link tells of nobody, and of a device no more than its picture needs', () => {
    const message = parseServerMessage(read('to-dashboard', 'welcome-share.json'))
    if (message.type !== 'welcome') throw new Error('not a welcome')
    expect(message).toMatchObject({
      user: null,
      unread: null,
      devices: [{ id: 'kitchen', enabled: true, groups: null }],
    })
  })

  test('readings keep a missing metric as null', () => {
    const message = parseServerMessage(read('to-dashboard', 'readings.json'))
    if (message.type !== 'readings') throw new Error('not readings')
    expect(message.series[0]?.values.get('humidity')).toEqual([41.3, null])
  })

  test('a change of an annotation keeps what was written, and when', () => {
    const message = parseServerMessage(read('to-dashboard', 'annotation-change.json'))
    expect(message).toMatchObject({
      change: {
        model: 'annotation',
        data: { device: 'kitchen', text: 'Window open', author: 'maker', startMs: 1_763_673_600_000 },
      },
    })
  })

  test('of several changes each is understood, also of what this page does not show', () => {
    const message = parseServerMessage(read('to-dashboard', 'changes.json'))
    expect(message).toMatchObject({
      changes: [
        { model: 'device', id: 'kitchen', data: { name: 'Galley', online: true } },
        { model: 'device', action: 'remove', id: 'cellar', data: null },
        { model: 'other', name: 'person', data: { username: 'ada', role: 'operator' } },
      ],
    })
  })

  test('a notification keeps who did what to what', () => {
    const message = parseServerMessage(read('to-dashboard', 'notification.json'))
    expect(message).toMatchObject({
      notification: { by: 'ada', action: 'change', text: 'Kitchen', detail: 'Changed name.' },
    })
  })

  test('an event keeps what it says of itself', () => {
    const message = parseServerMessage(read('to-dashboard', 'event.json'))
    expect(message).toMatchObject({ event: 'joystick', details: ['up', 'pressed'] })
  })
})

describe('messages from the dashboard', () => {
  test('subscriptions are written as the examples are', () => {
    expect(JSON.parse(subscribe('all'))).toEqual(JSON.parse(read('dashboard', 'subscribe-all.json')))
    expect(JSON.parse(subscribe(['kitchen']))).toEqual(JSON.parse(read('dashboard', 'subscribe.json')))
  })

  test('a link is said as the first message', () => {
    expect(JSON.parse(authenticateByShare('5Vd0cPq3'))).toEqual({ type: 'authenticate', share: '5Vd0cPq3' })
  })

  test('no example is unknown to this page', () => {
    expect(names('dashboard').sort()).toEqual([
      'authenticate-share.json',
      'authenticate.json',
      'subscribe-all.json',
      'subscribe.json',
    ])
  })
})

describe('answers of the API', () => {
  test('each example has its parser here', () => {
    expect(names('rest').sort()).toEqual(Object.keys(REST).sort())
  })

  const parsed = Object.entries(REST).filter(([, parse]) => typeof parse === 'function')
  test.each(parsed)('%s is understood', (name, parse) => {
    if (typeof parse !== 'function') throw new Error('not a parser')
    expect(parse(JSON.parse(read('rest', name)))).toBeTruthy()
  })

  test('field errors stand at their field', () => {
    const error = parseApiError(JSON.parse(read('rest', 'invalid-fields.json')))
    expect(error.fields.get('id')).toEqual(['a device with this id exists already.'])
  })

  test('a history keeps its columns and whether it is complete', () => {
    const history = parseHistory(JSON.parse(read('rest', 'history.json')))
    expect(history.complete).toBe(true)
    expect(history.timeMs).toHaveLength(2)
    expect(history.values.get('humidity')).toEqual([null, 41.3])
  })

  test('a history in points keeps what each of them leaves out', () => {
    const history = parseHistory(JSON.parse(read('rest', 'history-points.json')))
    expect(history.stepMs).toBeGreaterThan(0)
    const [metric = ''] = history.values.keys()
    for (const column of [history.low, history.high, history.count]) {
      expect(column.get(metric)).toHaveLength(history.timeMs.length)
    }
  })

  test('of annotations, a moment has no end and one of the installation no device', () => {
    const { annotations, complete } = parseAnnotationList(JSON.parse(read('rest', 'annotations.json')))
    expect(complete).toBe(true)
    expect(annotations.map(({ device, endMs }) => [device, endMs])).toEqual([
      [null, null],
      ['kitchen', 1_763_677_200_000],
    ])
  })

  test('a retention tells own periods from those of the installation', () => {
    const { own, kept, due } = parseDeviceRetention(JSON.parse(read('rest', 'device-retention.json')))
    expect(own).toEqual({ raw: 7, minute: null, hour: null })
    expect(kept).toEqual({ raw: 7, minute: 365, hour: 3650 })
    expect(due[0]).toMatchObject({ level: 'raw', rows: 1_000_000, more: true })
    const { devices } = parseRetention(JSON.parse(read('rest', 'retention.json')))
    expect(devices.get('kitchen')).toEqual(own)
  })

  test('a report of an import tells the lines that were refused', () => {
    const report = parseImportLine(JSON.parse(read('rest', 'import-report.json')))
    if (report.type !== 'report') throw new Error('not a report')
    expect(report.refused[0]).toMatchObject({ count: 1, examples: [{ line: 17 }] })
  })

  test('a refusal for being too quick says when to come again', () => {
    expect(parseApiError(JSON.parse(read('rest', 'rate-limited.json'))).retryMs).toBe(30_000)
  })

  test('of a person, who has no role and never came has null', () => {
    const [ada, maker] = parsePeople(JSON.parse(read('rest', 'people.json')))
    expect(ada).toMatchObject({ username: 'ada', role: 'operator', groups: ['physics'], twoFactor: true })
    expect(maker).toMatchObject({ role: null, superuser: true, lastLoginMs: null })
  })

  test('a delivery keeps when it is tried again', () => {
    const { deliveries } = parseDeliveryLog(JSON.parse(read('rest', 'deliveries.json')))
    expect(deliveries[0]).toMatchObject({ state: 'waiting', attempts: 2, nextTryMs: 1_763_673_780_000 })
    expect(deliveries[1]).toMatchObject({ state: 'delivered', status: 200, nextTryMs: null })
  })

  test('nobody signed in is null', () => {
    expect(parseSession({ user: null, mail: true })).toEqual({ user: null, mail: true })
  })
})
