// Past all the devices, down to the charts: on a narrow page for everybody, on a wide one for who goes by the keyboard.
import { Icon } from '../../components/icon'
import styles from './jump-button.module.css'

/** No link: what stands behind the # of a shared page's address must stay there. */
export function JumpButton() {
  const jump = () => {
    const charts = document.getElementById('charts')
    charts?.scrollIntoView()
    charts?.focus({ preventScroll: true })
  }
  return (
    <button type="button" className={styles.jump} onClick={jump}>
      Down to the charts <Icon name="chevron" />
    </button>
  )
}
