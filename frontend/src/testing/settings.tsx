// The settings for tests: opened at one part, with a live line whose other end is the test.
import { act, cleanup, render } from '@testing-library/react'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { vi } from 'vitest'
import SettingsScreen from '../features/settings/settings-screen'
import { Live } from '../live/live'
import { LiveProvider } from '../live/use-live'
import { FakeApi } from './api'
import { FakeSocket } from './fake-socket'
import { deviceJson, welcomeJson } from './messages'
import { NO_NOTIFICATIONS } from './notifications'

export const EVERYTHING = ['user', 'group', 'webhook', 'sharelink']
  .flatMap((model) => ['add', 'change', 'delete', 'view'].map((action) => `${action}_${model}`))
  .concat('view_logentry')

/** What the server answers, as the written protocol has it. */
export function example(name: string): unknown {
  const path = join(import.meta.dirname, `../../../docs/protocol/examples/rest/${name}.json`)
  return JSON.parse(readFileSync(path, 'utf8'))
}

export class Settings {
  readonly api = new FakeApi()
  private live: Live | null = null

  constructor() {
    vi.stubGlobal('WebSocket', FakeSocket)
    FakeSocket.opened = []
  }

  open(section: string, permissions: readonly string[] = EVERYTHING): void {
    const user = { username: 'maker', role: 'administrator', permissions }
    this.live = newLive()
    this.live.start()
    act(() => FakeSocket.last.open())
    this.say(welcomeJson([deviceJson()], { user }))
    render(
      <LiveProvider value={this.live}>
        <SettingsScreen
          user={user}
          path={section ? `/settings/${section}/` : '/settings/'}
          home="/?span=6h"
        />
      </LiveProvider>,
    )
  }

  say(message: object): void {
    act(() => FakeSocket.last.say(message))
  }

  changed(model: string, action: 'add' | 'update' | 'remove', id: string, data: unknown): void {
    this.say({ type: 'change', model, action, id, data, origin: null })
  }

  /** How often something was asked. */
  count(call: string): number {
    return this.api.asked.filter(({ method, path }) => `${method} ${path}` === call).length
  }

  /** What was asked for last, after the question mark. */
  query(call: string): string {
    return this.api.last(call).query
  }

  close(): void {
    cleanup()
    this.live?.stop()
  }
}

function newLive(): Live {
  const never = () => new Promise<never>(() => undefined)
  return new Live({
    url: 'ws://test/ws/live/',
    fetchHistory: never,
    fetchPageHistory: never,
    fetchAnnotations: never,
    notifications: NO_NOTIFICATIONS,
    listDevices: () => Promise.resolve([]),
    isSignedOut: () => Promise.resolve(false),
  })
}
