// The server's HTTP API for tests: what each call answers, and what was asked.
import { vi } from 'vitest'

export type Asked = {
  method: string
  path: string
  query: string
  body: unknown
  headers: Headers
  cookies: RequestCredentials | undefined
}
type Answer = { status?: number; body?: unknown } | Error

export class FakeApi {
  readonly asked: Asked[] = []
  private readonly answers = new Map<string, (asked: Asked) => Answer>()

  constructor() {
    vi.stubGlobal('fetch', (path: string, init: RequestInit = {}) => this.answer(path, init))
  }

  on(call: string, answer: Answer | ((asked: Asked) => Answer)): this {
    this.answers.set(call, typeof answer === 'function' ? answer : () => answer)
    return this
  }

  /** What it is told to answer: to give it back after something else. */
  answerTo(call: string): (asked: Asked) => Answer {
    const answer = this.answers.get(call)
    if (!answer) throw new Error(`nothing answers ${call}`)
    return answer
  }

  last(call: string): Asked {
    const asked = this.asked.findLast(({ method, path }) => `${method} ${path}` === call)
    if (!asked) throw new Error(`${call} was not asked`)
    return asked
  }

  private answer(path: string, init: RequestInit): Promise<Response> {
    const method = init.method ?? 'GET'
    const body: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : undefined
    const asked = {
      method,
      path: path.split('?')[0] ?? path,
      query: path.split('?')[1] ?? '',
      body,
      headers: new Headers(init.headers),
      cookies: init.credentials,
    }
    this.asked.push(asked)
    const find = this.answers.get(`${method} ${asked.path}`)
    if (!find) return Promise.reject(new TypeError(`no answer for ${method} ${asked.path}`))
    const answer = find(asked)
    if (answer instanceof Error) return Promise.reject(answer)
    const { status = 200, body: content } = answer
    return Promise.resolve(new Response(content === undefined ? null : JSON.stringify(content), { status }))
  }
}
