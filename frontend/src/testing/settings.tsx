// The settings for tests: opened at one part, with a live line whose other end is the test.
import { act, cleanup, render, waitFor } from '@testing-library/react'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, vi } from 'vitest'
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
  private permissions: readonly string[] = []

  constructor() {
    vi.stubGlobal('WebSocket', FakeSocket)
    FakeSocket.opened = []
  }

  open(section: string, permissions: readonly string[] = EVERYTHING): void {
    const user = { username: 'maker', role: 'administrator', permissions }
    this.permissions = permissions
    this.live = newLive()
    this.live.start()
    act(() => FakeSocket.last.open())
    this.say(this.welcome())
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

  /** The line breaks and is good again. What was told meanwhile, nobody heard. */
  async reconnect(): Promise<void> {
    const before = FakeSocket.opened.length
    act(() => FakeSocket.last.drop(1006))
    await waitFor(() => expect(FakeSocket.opened).toHaveLength(before + 1))
    act(() => FakeSocket.last.open())
    this.say(this.welcome())
  }

  /** As the one with which the page was opened. */
  welcome(permissions = this.permissions): object {
    return welcomeJson([deviceJson()], { user: { username: 'maker', role: 'administrator', permissions } })
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
