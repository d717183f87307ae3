// One metric of one device: its newest value, how old it is, and its last two minutes as a small line.
import { useRef, useState } from 'react'
import type { LiveDevice } from '../../live/state'
import { useLive, usePainter } from '../../live/use-live'
import type { Metric } from '../../protocol/metric'
import { HEIGHT, WIDTH } from './sparkline'
import { TilePainter, type TileParts } from './tile-painter'
import styles from './tile.module.css'

type TileProps = { readonly device: LiveDevice; readonly metric: Metric }

export function Tile({ device, metric }: TileProps) {
  const value = useRef<HTMLElement>(null)
  const age = useRef<HTMLElement>(null)
  const line = useRef<SVGPathElement>(null)
  const [painter] = useState(() => new TilePainter())
  const live = useLive()
  usePainter((frameMs) => {
    const parts = { value: value.current, age: age.current, line: line.current }
    if (parts.value && parts.age && parts.line)
      painter.paint(live, { device, metric }, parts as TileParts, frameMs)
  })
  const key = `${device.id}-${metric.name}`
  return (
    <div className={styles.tile} data-testid={`tile-${key}`}>
      <dt className={styles.label} title={metric.name}>
        {metric.label}
      </dt>
      <dd className={styles.measure}>
        <strong ref={value} data-testid={`tile-value-${key}`}>
          –
        </strong>
        {metric.unit && <span className={styles.unit}>{metric.unit}</span>}
      </dd>
      <dd className={styles.line}>
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
          <path ref={line} vectorEffect="non-scaling-stroke" />
        </svg>
      </dd>
      <dd className={styles.age} ref={age}>
        no value yet
      </dd>
    </div>
  )
}
