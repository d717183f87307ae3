// Messages of the wire for tests, in the shape the server sends them.

export const START_MS = 1_763_673_600_000

export const METRICS = [
  metricJson({ name: 'temperature', label: 'Temperature', unit: '°C', decimals: 1 }),
  metricJson({ name: 'humidity', label: 'Humidity', unit: '%', decimals: 1 }),
]

export function metricJson(over: object = {}) {
  return {
    name: 'co2',
    label: 'co2',
    unit: '',
    minimum: null,
    maximum: null,
    decimals: 2,
    circular: false,
    ...over,
  }
}

export function deviceJson(over: object = {}) {
  return {
    id: 'kitchen',
    name: 'Kitchen',
    enabled: true,
    interval_ms: 1000,
    metrics: ['temperature', 'humidity'],
    created: 1_763_600_000_000,
    online: true,
    last_seen: START_MS,
    latest: { time: START_MS, values: { temperature: 21.5, humidity: 41.2 } },
    ...over,
  }
}

export const ALL_PERMISSIONS = [
  'view_device',
  'add_device',
  'change_device',
  'delete_device',
  'change_metric',
]

export function welcomeJson(devices: object[] = [deviceJson()], over: object = {}) {
  return {
    type: 'welcome',
    client: '9f3c1a2b7d4e4f60',
    time: Date.now(),
    sequence: 1,
    interrupted_since: null,
    user: { username: 'maker', permissions: ALL_PERMISSIONS },
    metrics: METRICS,
    devices,
    ...over,
  }
}

/** A device is there no more. */
export function removalJson(id: string) {
  return { type: 'change', model: 'device', action: 'remove', id, data: null, origin: null }
}

export function readingsJson(
  device: string,
  rows: readonly (readonly [timeMs: number, value: number | null])[],
) {
  return {
    type: 'readings',
    sequence: 2,
    series: [
      {
        device,
        time: rows.map(([timeMs]) => timeMs),
        values: { temperature: rows.map(([, value]) => value) },
      },
    ],
  }
}
