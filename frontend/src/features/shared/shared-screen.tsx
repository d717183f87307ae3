// What a link shows: the tiles and charts of the live page, to look at and nothing else.
import { useEffect, useMemo } from 'react'
import { useLiveState } from '../../live/use-live'
import type { Share } from '../../protocol/share'
import { ChartArea } from '../live/chart-area'
import { DeviceList } from '../live/device-list'
import { Interruption } from '../live/interruption'
import screen from '../live/live-screen.module.css'
import { JumpButton } from '../live/jump-button'
import { LoadingScreen } from '../live/loading-screen'
import { useCharts } from '../live/use-charts'
import { useSlots } from '../live/use-slots'
import { SharedHeader } from './shared-header'
import styles from './shared-screen.module.css'

export function SharedScreen({ share }: { readonly share: Share }) {
  const loaded = useLiveState((state) => state.loaded)
  useEffect(() => {
    if (share.name) document.title = `${share.name} – Sense Live`
  }, [share.name])
  return (
    <div className={screen.page}>
      <SharedHeader share={share} />
      <Interruption />
      {loaded ? <Content isPast={share.endMs !== null} /> : <LoadingScreen />}
    </div>
  )
}

/** What was has no newest values: there the charts are all. */
function Content({ isPast }: { readonly isPast: boolean }) {
  const deviceMap = useLiveState((state) => state.devices)
  const devices = useMemo(() => [...deviceMap.values()], [deviceMap])
  const slots = useSlots(deviceMap)
  const charts = useCharts(devices, slots)
  if (devices.length === 0) {
    return <main className={styles.nothing}>What this link showed is not here any more.</main>
  }
  return (
    <main className={isPast ? styles.past : screen.main}>
      {!isPast && devices.length > 1 && <JumpButton />}
      {isPast ? <h2 className="visually-hidden">Charts</h2> : <DeviceList devices={devices} slots={slots} />}
      <ChartArea charts={charts} devices={devices} slots={slots} />
    </main>
  )
}
