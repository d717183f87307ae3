// The live page: devices on one side, charts on the other.
import { useMemo, useState } from 'react'
import type { CreatedDevice } from '../../protocol/device'
import type { Metric } from '../../protocol/metric'
import type { User } from '../../protocol/user'
import { useLive, useLiveState } from '../../live/use-live'
import { AddDeviceDialog } from '../devices/add-device-dialog'
import { DeviceDialog } from '../devices/device-dialog'
import { MetricDialog } from '../metrics/metric-dialog'
import { InstallationRetentionDialog } from '../retention/installation-retention-dialog'
import { DeviceList } from './device-list'
import { FirstRun } from './first-run'
import { Header } from './header'
import { Interruption } from './interruption'
import { JumpButton } from './jump-button'
import styles from './live-screen.module.css'
import { LoadingScreen } from './loading-screen'
import { OwnCharts } from './own-charts'
import { chooseDevice } from './preferences'
import { formatMeasure } from './words'
import { describe, inOrder } from './shown-metrics'
import { useSlots } from './use-slots'

type Open =
  | { kind: 'add' }
  | { kind: 'retention' }
  | { kind: 'device'; id: string }
  | { kind: 'metric'; metric: Metric }

type LiveScreenProps = { readonly user: User; readonly onSignOut: () => void }

export function LiveScreen({ user, onSignOut }: LiveScreenProps) {
  const loaded = useLiveState((state) => state.loaded)
  const deviceMap = useLiveState((state) => state.devices)
  const devices = useMemo(() => [...deviceMap.values()], [deviceMap])
  const [open, setOpen] = useState<Open | null>(null)
  const may = (permission: string) => user.permissions.includes(permission)
  const onAdd = may('add_device') ? () => setOpen({ kind: 'add' }) : undefined
  const maySettle = may('change_device') || may('delete_device')
  const onSettings = useMemo(
    () => (maySettle ? (id: string) => setOpen({ kind: 'device', id }) : undefined),
    [maySettle],
  )
  const onDescribe = may('change_metric')
    ? (metric: Metric) => setOpen({ kind: 'metric', metric })
    : undefined
  // What was taken away meanwhile does not open again by itself when it is given back.
  if (open && !isPossible(open, deviceMap, may)) setOpen(null)
  const slots = useSlots(deviceMap)
  return (
    <div className={styles.page}>
      <Header
        username={user.username}
        hasData={devices.length > 0}
        onRetention={() => setOpen({ kind: 'retention' })}
        onSignOut={onSignOut}
      />
      <Interruption />
      {!loaded && <LoadingScreen />}
      {loaded && devices.length === 0 && (
        <main>
          <FirstRun onAdd={onAdd} />
        </main>
      )}
      {devices.length > 0 && (
        <main className={styles.main}>
          {devices.length > 1 && <JumpButton />}
          <DeviceList devices={devices} slots={slots} onAdd={onAdd} onSettings={onSettings} />
          <OwnCharts devices={devices} slots={slots} onDescribe={onDescribe} />
        </main>
      )}
      <OpenDialog open={open} user={user} onClose={() => setOpen(null)} />
    </div>
  )
}

function isPossible(open: Open, devices: ReadonlyMap<string, unknown>, may: (permission: string) => boolean) {
  switch (open.kind) {
    case 'add':
      return may('add_device')
    case 'metric':
      return may('change_metric')
    case 'device':
      return devices.has(open.id) && (may('change_device') || may('delete_device'))
    case 'retention':
      return true
  }
}

type OpenDialogProps = { readonly open: Open | null; readonly user: User; readonly onClose: () => void }

function OpenDialog({ open, user, onClose }: OpenDialogProps) {
  const live = useLive()
  const device = useLiveState((state) => (open?.kind === 'device' ? state.devices.get(open.id) : undefined))
  if (open?.kind === 'add')
    return <AddDeviceDialog onAdded={added} firstReading={firstReading} onClose={onClose} />
  if (open?.kind === 'retention') return <InstallationRetentionDialog onClose={onClose} />
  if (open?.kind === 'metric') return <MetricDialog metric={open.metric} onClose={onClose} />
  if (device) return <DeviceDialog device={device} permissions={user.permissions} onClose={onClose} />
  return null

  function added(created: CreatedDevice) {
    live.applyDevice(created)
    chooseDevice(created.id, true)
  }

  function firstReading(id: string): string | null {
    const latest = live.readings.latest(id)
    const name = inOrder(latest.keys())[0]
    const value = name === undefined ? undefined : latest.get(name)?.value
    if (name === undefined || value === undefined) return null
    return formatMeasure(describe(live.store.getState().metrics, name), value)
  }
}
