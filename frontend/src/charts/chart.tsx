// The only place that creates and disposes of an ECharts instance; it keeps it as large as its element.
import type { ECharts } from 'echarts/core'
import { useEffect, useRef } from 'react'
import { init } from './echarts'

type ChartProps = {
  readonly className?: string | undefined
  /** Called with the instance when it can be drawn on, and again after each change of size. */
  readonly onReady: (chart: ECharts) => void
  readonly onGone: () => void
}

export function Chart({ className, onReady, onGone }: ChartProps) {
  const element = useRef<HTMLDivElement>(null)
  const callbacks = useRef({ onReady, onGone })
  useEffect(() => {
    callbacks.current = { onReady, onGone }
  })
  useEffect(() => {
    if (!element.current) return
    const chart = init(element.current, null, { renderer: 'canvas' })
    const observer = new ResizeObserver(() => {
      chart.resize()
      callbacks.current.onReady(chart)
    })
    observer.observe(element.current)
    callbacks.current.onReady(chart)
    return () => {
      observer.disconnect()
      callbacks.current.onGone()
      chart.dispose()
    }
  }, [])
  return <div ref={element} className={className} />
}
