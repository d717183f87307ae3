// One call to the server's API: by what right, our live client's id, and errors by code.
import { parseApiError, type ApiErrorBody } from '../protocol/api-error'
import { SESSION, type Credential } from './credential'

export class ApiError extends Error {
  override name = 'ApiError'
  readonly status: number
  readonly code: string
  readonly fields: ReadonlyMap<string, readonly string[]>
  readonly retryMs: number | null

  constructor(status: number, body: ApiErrorBody) {
    super(body.detail)
    this.status = status
    this.code = body.code
    this.fields = body.fields
    this.retryMs = body.retryMs
  }
}

/** No answer, or none of ours: the network is down, or a proxy answered for a server that is away. */
export class ServerAway extends Error {
  override name = 'ServerAway'
}

type Ask = {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly body?: unknown
  /** Sent as it is, in place of a body. */
  readonly file?: File
  readonly signal?: AbortSignal | undefined
}

let credential = SESSION
let liveClient: string | null = null
let tellSignedOut: () => void = () => undefined

/** All calls of the page, from now on. */
export function callWith(next: Credential): void {
  credential = next
}

/** Changes we ask for carry this id, and the live messages about them name it. */
export function callAs(client: string | null): void {
  liveClient = client
}

export function onSignedOut(listener: () => void): void {
  tellSignedOut = listener
}

function headers(ask: Ask): Headers {
  const result = new Headers({ Accept: 'application/json' })
  if (ask.body !== undefined) result.set('Content-Type', 'application/json')
  if (ask.file)
    result.set('Content-Type', /\.(nd)?jsonl?$/i.test(ask.file.name) ? 'application/x-ndjson' : 'text/csv')
  credential.sign(result, ask.method ?? 'GET')
  if (liveClient) result.set('X-Client', liveClient)
  return result
}

async function answerOf(path: string, ask: Ask): Promise<Response> {
  try {
    return await fetch(path, {
      method: ask.method ?? 'GET',
      headers: headers(ask),
      credentials: credential.cookies,
      ...(ask.body !== undefined && { body: JSON.stringify(ask.body) }),
      ...(ask.file && { body: ask.file }),
      ...(ask.signal && { signal: ask.signal }),
    })
  } catch (cause) {
    if (ask.signal?.aborted) throw cause
    throw new ServerAway('The server cannot be reached.', { cause })
  }
}

async function refusal(response: Response): Promise<Error> {
  let body: ApiErrorBody
  try {
    body = parseApiError(await response.json())
  } catch (cause) {
    return new ServerAway(`The server answered with status ${response.status}.`, { cause })
  }
  if (body.code === 'not_signed_in') tellSignedOut()
  return new ApiError(response.status, body)
}

export async function request<T>(path: string, parse: (body: unknown) => T, ask: Ask = {}): Promise<T> {
  const response = await answerOf(path, ask)
  if (!response.ok) throw await refusal(response)
  const body = await response.text()
  return parse(body ? JSON.parse(body) : null)
}

/** Whether a call would be answered; the answer itself is of no interest. */
export async function probe(path: string, ask: Ask = {}): Promise<void> {
  const response = await answerOf(path, ask)
  if (!response.ok) throw await refusal(response)
  await response.body?.cancel()
}

/** An answer that comes line by line. */
export async function requestLines(path: string, ask: Ask, onLine: (line: string) => void): Promise<void> {
  const response = await answerOf(path, ask)
  if (!response.ok) throw await refusal(response)
  const reader = response.body?.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  for (;;) {
    const { value, done } = (await nextOf(reader)) ?? { value: undefined, done: true }
    const lines = (rest + decoder.decode(value, { stream: !done })).split('\n')
    rest = done ? '' : (lines.pop() ?? '')
    lines.filter(Boolean).forEach(onLine)
    if (done) return
  }
}

async function nextOf(reader: ReadableStreamDefaultReader<Uint8Array> | undefined) {
  try {
    return await reader?.read()
  } catch (cause) {
    throw new ServerAway('The line to the server broke off.', { cause })
  }
}
