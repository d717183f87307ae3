// A server's history: it holds readings, answers spans of them, and writes down what it was asked.
import type { HistoryAsk } from '../api/fetch-history'
import type { FetchPageHistory } from '../live/piece-loader'
import type { History } from '../protocol/series'

type PageAsk = Parameters<FetchPageHistory>[0]

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
      stepMs: 0,
      low: new Map(),
      high: new Map(),
      count: new Map(),
    }
  }

  readonly askedPages: PageAsk[] = []

  /** Means over equal steps, as many as asked for. */
  readonly fetchPage = async (ask: PageAsk): Promise<History[]> => {
    this.askedPages.push(ask)
    if (this.held) await new Promise<void>((resolve) => this.waiting.push(resolve))
    ask.signal.throwIfAborted()
    if (this.failing > 0) {
      this.failing--
      throw new Error('the history is away')
    }
    return ask.devices.map((device) => this.averaged(device, ask))
  }

  private averaged(device: string, ask: PageAsk): History {
    const stepMs = (ask.endMs - ask.startMs) / ask.points
    const groups = new Map<number, number[]>()
    for (const { timeMs, value } of this.stored) {
      if (timeMs < ask.startMs || timeMs >= ask.endMs) continue
      const startMs = Math.floor(timeMs / stepMs) * stepMs
      groups.set(startMs, [...(groups.get(startMs) ?? []), value])
    }
    const timeMs = [...groups.keys()].sort((a, b) => a - b)
    const column = (of: (values: number[]) => number) =>
      new Map(ask.metrics.map((metric) => [metric, timeMs.map((time) => of(groups.get(time) ?? []))]))
    return {
      device,
      timeMs,
      values: column((values) => values.reduce((sum, one) => sum + one, 0) / values.length),
      complete: true,
      stepMs,
      low: column((values) => Math.min(...values)),
      high: column((values) => Math.max(...values)),
      count: column((values) => values.length),
    }
  }

  release(): void {
    this.held = false
    this.waiting.splice(0).forEach((resolve) => resolve())
  }
}
