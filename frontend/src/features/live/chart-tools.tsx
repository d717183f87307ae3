// What can be done with the time on screen, beside looking at it.
import { Button } from '../../components/button'
import { Icon } from '../../components/icon'
import styles from './chart-area.module.css'

type ChartToolsProps = { readonly onNote?: ((timeMs: number | null) => void) | undefined }

export function ChartTools({ onNote }: ChartToolsProps) {
  return (
    <div className={styles.tools}>
      {onNote && (
        <Button small onClick={() => onNote(null)} data-testid="add-note">
          <Icon name="note" /> Add a note
        </Button>
      )}
    </div>
  )
}
