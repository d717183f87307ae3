// The charted devices with their line styles; tells the live part which histories are wanted.
import { useEffect, useMemo } from 'react'
import { useLive } from '../../live/use-live'
import { assignSlots, chartedDevices } from './charted-devices'
import { rememberSlots, usePreferences } from './preferences'

export function useSlots(devices: ReadonlyMap<string, unknown>): ReadonlyMap<string, number> {
  const live = useLive()
  const choice = usePreferences((state) => state.choice)
  const charted = chartedDevices([...devices.keys()], choice).join('\n')
  const remembered = usePreferences((state) => state.slots)
  const slots = useMemo(
    () => assignSlots(charted ? charted.split('\n') : [], remembered),
    [charted, remembered],
  )
  useEffect(() => rememberSlots(slots), [slots])
  useEffect(() => live.chart(charted ? charted.split('\n') : []), [live, charted])
  return slots
}
