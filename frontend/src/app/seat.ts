// What the page does for as long as somebody sits in front of one live connection.
import { useEffect } from 'react'
import { callAs } from '../api/request'
import type { Live } from '../live/live'
import { inspectable } from './inspect'
import { keepInAddress } from './view-address'

export function useSeat(live: Live, onEnded: () => void): void {
  useEffect(() => {
    live.start()
    window.senseLive = inspectable(live)
    const leaveAddress = keepInAddress(live)
    const unsubscribe = live.store.subscribe((state) => {
      callAs(state.client)
      if (state.connection.state === 'signed-out') onEnded()
    })
    // A page that is left closes its line properly, and one that comes back from the browser's memory opens it again.
    const leave = () => live.stop()
    const comeBack = () => live.start()
    window.addEventListener('pagehide', leave)
    window.addEventListener('pageshow', comeBack)
    return () => {
      window.removeEventListener('pagehide', leave)
      window.removeEventListener('pageshow', comeBack)
      leaveAddress()
      unsubscribe()
      callAs(null)
      live.stop()
    }
  }, [live, onEnded])
}
