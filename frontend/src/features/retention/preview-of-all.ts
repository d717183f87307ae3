// What would be deleted of all devices together: the server tells it of one at a time.
import { fetchDeviceRetention } from '../../api/fetch-device-retention'
import type { Due, OwnPeriods } from '../../protocol/retention'
import { totalDue } from './retention-words'
import type { Preview } from './use-due'

// Asking for more would take longer than anybody waits.
const MOST_DEVICES = 50
const NONE: OwnPeriods = { raw: null, minute: null, hour: null }

/** `own` has the devices with periods of their own: those stay as they are. */
export function previewOfAll(devices: readonly string[], own: ReadonlyMap<string, OwnPeriods>): Preview {
  return async (periods, signal) => {
    if (devices.length > MOST_DEVICES) return null
    const each: (readonly Due[])[] = []
    for (const device of devices) {
      const ask = { device, periods: over(own.get(device) ?? NONE, periods), signal }
      each.push((await fetchDeviceRetention(ask)).due)
    }
    return totalDue(each)
  }
}

function over(own: OwnPeriods, periods: OwnPeriods): OwnPeriods {
  return {
    raw: own.raw ?? periods.raw,
    minute: own.minute ?? periods.minute,
    hour: own.hour ?? periods.hour,
  }
}
