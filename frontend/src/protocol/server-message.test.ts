import { describe, expect, test } from 'vitest'
import { parseServerMessage } from './server-message'
import { ProtocolError } from './shape'

const readings = (series: unknown) => JSON.stringify({ type: 'readings', sequence: 1, series: [series] })

describe('a message that breaks the protocol', () => {
  test.each([
    ['{"type":', 'not JSON'],
    ['[]', 'expected an object, got a list'],
    ['{"type":"weather"}', 'unknown type "weather"'],
    ['{"type":"ping"}', 'ping.time: expected whole milliseconds, got undefined'],
    ['{"type":"ping","time":1.5}', 'ping.time: expected whole milliseconds'],
    ['{"type":"presence","device":"k","online":1,"last_seen":null}', 'presence.online: expected a boolean'],
    [
      '{"type":"changes","changes":[{"model":"rule","action":"add","id":"x","data":1,"origin":null}]}',
      'changes.changes[0].data: expected an object',
    ],
    ['{"type":"notifications_read","until":1}', 'notifications_read.unread: expected a number'],
    ['{"type":"change","model":"device","action":"burn","id":"x","data":{},"origin":null}', 'unknown action'],
    [readings({ device: 'k', time: [1], values: { a: [1, 2] } }), '2 values for 1 times'],
    [readings({ device: 'k', time: [1, 2], values: { a: [1, 'x'] } }), 'values.a[1]: unexpected "x"'],
    [readings({ device: 'k', time: [null], values: {} }), 'time[0]: unexpected null'],
  ])('%s is refused with the place of the mistake', (frame, words) => {
    expect(() => parseServerMessage(frame)).toThrow(ProtocolError)
    expect(() => parseServerMessage(frame)).toThrow(words)
  })
})

test('a removal carries no data', () => {
  const frame = '{"type":"change","model":"device","action":"remove","id":"k","data":null,"origin":"me"}'
  expect(parseServerMessage(frame)).toEqual({
    type: 'change',
    change: { model: 'device', action: 'remove', id: 'k', data: null, origin: 'me' },
  })
})
