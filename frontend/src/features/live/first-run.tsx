// The page before the first device: what to do next.
import { Button } from '../../components/button'
import { Icon } from '../../components/icon'
import { Logo } from '../../components/logo'
import styles from './first-run.module.css'

export function FirstRun({ onAdd }: { readonly onAdd?: (() => void) | undefined }) {
  return (
    <section className={styles.first}>
      <Logo size={56} />
      <h2>Nothing is measuring yet</h2>
      <p>
        Add your first board, a Raspberry Pi with a Sense HAT for example. You get a token and the command to
        start it with, and its readings appear here the moment they are taken.
      </p>
      {onAdd ? (
        <Button weight="main" onClick={onAdd} data-testid="add-device">
          <Icon name="plus" /> Add a device
        </Button>
      ) : (
        <p>Ask whoever looks after this server to add one: your account may look, but not add.</p>
      )}
    </section>
  )
}
