// Devices nobody told of: the list is asked once for many of them, and not more often than every few seconds.
import type { DeviceState } from '../protocol/device'

const EVERY_MS = 5_000

export class UnknownDevices {
  private askedAtMs = -Infinity
  private readonly list: () => Promise<readonly DeviceState[]>
  private readonly onListed: (devices: readonly DeviceState[]) => void

  constructor(
    list: () => Promise<readonly DeviceState[]>,
    onListed: (devices: readonly DeviceState[]) => void,
  ) {
    this.list = list
    this.onListed = onListed
  }

  met(): void {
    if (Date.now() - this.askedAtMs < EVERY_MS) return
    this.askedAtMs = Date.now()
    this.list().then(this.onListed, (error: unknown) =>
      console.warn('Sense Live: the list of devices cannot be read now.', error),
    )
  }
}
