// Describe a metric: its label, its unit, and how many decimals are worth showing.
import { useState } from 'react'
import { updateMetric } from '../../api/update-metric'
import { Button } from '../../components/button'
import { Dialog } from '../../components/dialog'
import { Field } from '../../components/field'
import { useLive } from '../../live/use-live'
import type { Metric } from '../../protocol/metric'
import { ProblemNotice } from '../forms/problem-notice'
import { useCall } from '../forms/use-call'
import styles from './metric-dialog.module.css'

const MOST_DECIMALS = 6

type MetricDialogProps = { readonly metric: Metric; readonly onClose: () => void }

export function MetricDialog({ metric, onClose }: MetricDialogProps) {
  const live = useLive()
  const [label, setLabel] = useState(metric.label)
  const [unit, setUnit] = useState(metric.unit)
  const [decimals, setDecimals] = useState(String(metric.decimals))
  const { busy, problem, fault, run } = useCall()
  const save = () =>
    run(
      () => updateMetric(metric.name, { label: label.trim(), unit: unit.trim(), decimals: Number(decimals) }),
      (answer) => {
        live.applyMetric(answer)
        onClose()
      },
    )
  return (
    <Dialog title={`Describe “${metric.name}”`} onClose={onClose}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault()
          save()
        }}
      >
        <Field
          label="Label"
          hint="What people call it, for example: Carbon dioxide"
          value={label}
          onChange={(event) => setLabel(event.target.value)}
          error={fault('label')}
          required
          autoFocus
        />
        <div className={styles.pair}>
          <Field
            label="Unit"
            hint="For example: ppm"
            value={unit}
            onChange={(event) => setUnit(event.target.value)}
            error={fault('unit')}
          />
          <Field
            label="Decimals"
            type="number"
            min={0}
            max={MOST_DECIMALS}
            value={decimals}
            onChange={(event) => setDecimals(event.target.value)}
            error={fault('decimals')}
            required
          />
        </div>
        <ProblemNotice problem={problem} shownFields={['label', 'unit', 'decimals']} />
        <Button weight="main" type="submit" disabled={busy}>
          Save
        </Button>
      </form>
    </Dialog>
  )
}
