// A WebSocket whose other end is the test.

export class FakeSocket extends EventTarget {
  static readonly OPEN = WebSocket.OPEN
  static opened: FakeSocket[] = []
  readonly url: string
  readonly sent: string[] = []
  closed = false

  get readyState(): number {
    return this.closed ? WebSocket.CLOSED : WebSocket.OPEN
  }

  constructor(url: string) {
    super()
    this.url = url
    FakeSocket.opened.push(this)
  }

  static get last(): FakeSocket {
    const socket = FakeSocket.opened.at(-1)
    if (!socket) throw new Error('no socket was opened yet')
    return socket
  }

  send(frame: string): void {
    this.sent.push(frame)
  }

  close(): void {
    this.closed = true
  }

  open(): void {
    this.dispatchEvent(new Event('open'))
  }

  say(message: object): void {
    this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(message) }))
  }

  drop(code: number): void {
    this.closed = true
    const event = new Event('close') as Event & { code: number }
    event.code = code
    this.dispatchEvent(event)
  }
}
