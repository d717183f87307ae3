// More metrics than the usual three: each may get a chart of its own.
import { Icon } from '../../components/icon'
import type { Metric } from '../../protocol/metric'
import styles from './metric-chooser.module.css'
import { chooseMetric } from './preferences'

type MetricChooserProps = { readonly metrics: readonly Metric[]; readonly chosen: readonly string[] }

export function MetricChooser({ metrics, chosen }: MetricChooserProps) {
  if (metrics.length === 0) return null
  return (
    <details className={styles.chooser}>
      <summary>
        More metrics <Icon name="chevron" />
      </summary>
      <ul>
        {metrics.map(({ name, label }) => (
          <li key={name}>
            <label>
              <input
                type="checkbox"
                checked={chosen.includes(name)}
                onChange={(event) => chooseMetric(name, event.target.checked)}
              />
              {label}
            </label>
          </li>
        ))}
      </ul>
    </details>
  )
}
