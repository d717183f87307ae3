// How much time is shown: buttons where there is room, a list on a phone, and two times written by hand.
import { useState } from 'react'
import { Button } from '../../components/button'
import { Icon } from '../../components/icon'
import { Segmented } from '../../components/segmented'
import { useLive, useLiveState } from '../../live/use-live'
import { spanMs, SPANS_MS } from '../../live/view-window'
import styles from './range-chooser.module.css'
import { StretchDialog } from './stretch-dialog'
import { formatSpan } from './words'

const LABELS = ['5 min', '15 min', '1 h', '6 h', '24 h', '7 d', '30 d', '1 year']
const SPANS = SPANS_MS.map((span, index) => ({
  value: String(span),
  label: LABELS[index] ?? formatSpan(span),
  title: `The last ${formatSpan(span)}`,
}))

export function RangeChooser() {
  const live = useLive()
  const view = useLiveState((state) => state.view)
  const [isOpen, setOpen] = useState(false)
  const shown = String(Math.round(spanMs(view)))
  const choose = (value: string) => live.viewport.setSpan(Number(value))
  return (
    <div className={styles.chooser}>
      <div className={styles.buttons}>
        <Segmented label="Window of time" options={SPANS} value={shown} onChange={choose} />
      </div>
      <label className={styles.list}>
        <span className="visually-hidden">Window of time</span>
        <select value={shown} onChange={(event) => choose(event.target.value)}>
          {SPANS.every(({ value }) => value !== shown) && (
            <option value={shown}>{formatSpan(spanMs(view))}</option>
          )}
          {SPANS.map(({ value, title }) => (
            <option key={value} value={value}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <Button
        className={styles.custom}
        onClick={() => setOpen(true)}
        aria-label="Choose a time"
        title="Choose a time"
      >
        <Icon name="calendar" />
      </Button>
      {isOpen && <StretchDialog onClose={() => setOpen(false)} />}
    </div>
  )
}
