// Pause and back to live, as on a video recorder: while the picture stands still, the tape runs on and says how far.
import { useRef } from 'react'
import { Button } from '../../components/button'
import { Icon } from '../../components/icon'
import { useLive, useLiveState, usePainter } from '../../live/use-live'
import styles from './header.module.css'

export function LiveButton() {
  const live = useLive()
  const isStill = useLiveState((state) => state.view.mode === 'fixed')
  const count = useRef<HTMLSpanElement>(null)
  const noun = useRef<HTMLSpanElement>(null)
  usePainter(() => {
    if (!count.current || !noun.current) return
    const arrived = live.arrivedMeanwhile()
    const words = arrived ? `· ${arrived.toLocaleString('en')} new` : ''
    if (count.current.textContent === words) return
    count.current.textContent = words
    noun.current.textContent = arrived === 1 ? 'reading' : 'readings'
  })
  if (!isStill) {
    return (
      <Button onClick={() => live.pause()} data-testid="pause">
        <Icon name="pause" /> Pause
      </Button>
    )
  }
  return (
    <Button
      weight="main"
      onClick={() => live.resume()}
      data-testid="pause"
      title="Back to what is measured now"
    >
      <Icon name="play" /> Live{' '}
      <span className={styles.arrived}>
        <span ref={count} /> <span ref={noun} className={styles.noun} />
      </span>
    </Button>
  )
}
