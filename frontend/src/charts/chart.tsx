// The only place that creates and disposes of an ECharts instance; it keeps it as large as its element.
import type { ECharts } from 'echarts/core'
import { useEffect, useRef } from 'react'
import { init } from './echarts'

type ChartProps = {
  readonly className?: string | undefined
  readonly onReady: (chart: ECharts) => void
  readonly onResize: () => void
  readonly onGone: () => void
}

export function Chart({ className, onReady, onResize, onGone }: ChartProps) {
  const element = useRef<HTMLDivElement>(null)
  const callbacks = useRef({ onReady, onResize, onGone })
  useEffect(() => {
    callbacks.current = { onReady, onResize, onGone }
  })
  useEffect(() => {
    if (!element.current) return
    const chart = init(element.current, null, { renderer: 'canvas' })
    const observer = new ResizeObserver(() => {
      chart.resize()
      callbacks.current.onResize()
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
