// Which time is on screen, in words; and what the mark at the foot of a chart means, while there is one.
import { useRef } from 'react'
import { formatStretch } from '../../charts/format-time'
import { useLive, useLiveState, usePainter } from '../../live/use-live'
import { spanMs } from '../../live/view-window'
import type { ChartedDevice } from './charted-devices'
import styles from './window-words.module.css'
import { formatSpan } from './words'

export function WindowWords({ charted }: { readonly charted: readonly ChartedDevice[] }) {
  const view = useLiveState((state) => state.view)
  const span = formatSpan(spanMs(view))
  return (
    <div className={styles.words}>
      <p data-testid="window-words" className={styles.window} data-mode={view.mode}>
        {view.mode === 'live'
          ? `The last ${span.replace(/^1 (?=\w+$)/, '')}`
          : `${formatStretch(view)} · ${span}`}
      </p>
      <LateNote charted={charted} />
    </div>
  )
}

function LateNote({ charted }: { readonly charted: readonly ChartedDevice[] }) {
  const live = useLive()
  const note = useRef<HTMLParagraphElement>(null)
  usePainter(() => {
    const { fromMs, toMs } = live.stretch()
    const isSeen = charted.some(({ device }) =>
      live.late.of(device.id).some((late) => late.toMs >= fromMs && late.fromMs <= toMs),
    )
    if (note.current && note.current.hidden === isSeen) note.current.hidden = !isSeen
  })
  return (
    <p ref={note} className={styles.late} hidden>
      <span aria-hidden="true" /> Arrived late
    </p>
  )
}
