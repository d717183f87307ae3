// A short piece of a device's line, as it looks on the charts.
import { HUES } from '../../charts/palette'
import styles from './line-swatch.module.css'

export function LineSwatch({ slot }: { readonly slot: number | undefined }) {
  const color = slot === undefined ? 'var(--rule-strong)' : `var(--line-${slot % HUES})`
  return (
    <svg
      className={styles.swatch}
      width="18"
      height="18"
      viewBox="0 0 18 18"
      stroke={color}
      aria-hidden="true"
    >
      {slot === undefined ? (
        <circle cx="9" cy="9" r="6.25" strokeWidth="1.5" fill="none" />
      ) : (
        <>
          <circle cx="9" cy="9" r="7" fill={color} stroke="none" opacity="0.16" />
          <path d="M3 9h12" strokeWidth="3" strokeDasharray={slot >= HUES ? '4 4' : undefined} />
        </>
      )}
    </svg>
  )
}
