// When the history may be asked: only while the line is good, and after a failure again with growing pauses.
import { backoffMs } from './backoff'

export class Patience {
  private readonly ask: () => void
  private active = false
  private failures = 0
  private timer: ReturnType<typeof setTimeout> | undefined

  /** `ask` is called whenever there is a new reason to. */
  constructor(ask: () => void) {
    this.ask = ask
  }

  get mayAsk(): boolean {
    return this.active && this.timer === undefined
  }

  get hasFailed(): boolean {
    return this.failures > 0
  }

  resume(): void {
    this.active = true
    this.ask()
  }

  suspend(): void {
    this.active = false
    clearTimeout(this.timer)
    this.timer = undefined
  }

  succeeded(): void {
    this.failures = 0
  }

  failed(error: unknown): void {
    console.warn('Sense Live: the history cannot be read now.', error)
    this.failures++
    clearTimeout(this.timer)
    this.timer = setTimeout(() => {
      this.timer = undefined
      this.ask()
    }, backoffMs(this.failures))
  }
}
