// Who wants to hear of changes to what the live page itself does not show: people, webhooks, links. Screens keep their own lists.
import type { OtherChange } from '../protocol/change'

/** `isOwn`: this very page asked for it, and has it from the answer. */
export type ChangeListener = (change: OtherChange, isOwn: boolean) => void

export class ChangeListeners {
  private readonly byModel = new Map<string, Set<ChangeListener>>()

  /** Gives what ends it. */
  add(model: string, listener: ChangeListener): () => void {
    const listeners = this.byModel.get(model) ?? new Set()
    this.byModel.set(model, listeners.add(listener))
    return () => listeners.delete(listener)
  }

  tell(change: OtherChange, isOwn: boolean): void {
    this.byModel.get(change.name)?.forEach((listener) => listener(change, isOwn))
  }
}
