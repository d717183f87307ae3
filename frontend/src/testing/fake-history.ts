// A server's history: it holds readings, answers spans of them, and writes down what it was asked.
import type { HistoryAsk } from '../api/fetch-history'
import type { History } from '../protocol/series'

export class FakeHistory {
  readonly asked: HistoryAsk[] = []
  stored: { timeMs: number; value: number }[] = []
  /** The most readings one answer holds. */
  most = 50_000
  failing = 0
  private waiting: (() => void)[] = []
  held = false

  readonly fetch = async (ask: HistoryAsk): Promise<History> => {
    this.asked.push(ask)
    if (this.held) await new Promise<void>((resolve) => this.waiting.push(resolve))
    if (this.failing > 0) {
      this.failing--
      throw new Error('the history is away')
    }
    const found = this.stored.filter(({ timeMs }) => timeMs >= ask.startMs && timeMs < ask.endMs)
    const newest = found.slice(-this.most)
    return {
      device: ask.device,
      timeMs: newest.map(({ timeMs }) => timeMs),
      values: new Map([['temperature', newest.map(({ value }) => value)]]),
      complete: newest.length === found.length,
    }
  }

  release(): void {
    this.held = false
    this.waiting.splice(0).forEach((resolve) => resolve())
  }
}
