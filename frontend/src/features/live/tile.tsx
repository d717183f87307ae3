// One metric of one device: its newest value, how old it is, and its last two minutes as a small line.
import { useRef, useState } from 'react'
import type { LiveDevice } from '../../live/state'
import { useLive, usePainter } from '../../live/use-live'
import type { Metric } from '../../protocol/metric'
import { HEIGHT, WIDTH } from './sparkline'
import { TilePainter } from './tile-painter'
import styles from './tile.module.css'

type TileProps = {
  readonly device: LiveDevice
  readonly metric: Metric
  /** Among many devices there is room for the numbers only. */
  readonly compact: boolean
}

export function Tile({ device, metric, compact }: TileProps) {
  const value = useRef<HTMLElement>(null)
  const age = useRef<HTMLElement>(null)
  const line = useRef<SVGPathElement>(null)
  const [painter] = useState(() => new TilePainter())
  const live = useLive()
  usePainter((frameMs) => {
    if (!value.current || !age.current) return
    const parts = { value: value.current, age: age.current, line: line.current }
    painter.paint(live, { device, metric }, parts, frameMs)
  })
  const key = `${device.id}-${metric.name}`
  return (
    <div className={styles.tile} data-compact={compact} data-testid={`tile-${key}`}>
      <dt className={styles.label} title={metric.name}>
        {metric.label}
      </dt>
      <dd className={styles.measure}>
        <strong ref={value} data-testid={`tile-value-${key}`}>
          –
        </strong>
        {metric.unit && <span className={styles.unit}>{metric.unit}</span>}
      </dd>
      <dd className={styles.age} ref={age}>
        no value yet
      </dd>
      {!compact && (
        <dd className={styles.line}>
          <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
            <path ref={line} vectorEffect="non-scaling-stroke" />
          </svg>
        </dd>
      )}
    </div>
  )
}
