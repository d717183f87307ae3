// What others did: a bell with the number of unread ones, and the list that hangs from it.
import { useRef, useState } from 'react'
import { useStore } from 'zustand'
import { Icon } from '../../components/icon'
import { useClosedFromOutside } from '../../components/use-closed-from-outside'
import { useLive } from '../../live/use-live'
import styles from './notification-bell.module.css'
import { NotificationList } from './notification-list'
import { bellLabel, countWords } from './notification-words'

export function NotificationBell() {
  const { notifications } = useLive()
  const unread = useStore(notifications.store, (state) => state.unread)
  const [isOpen, setOpen] = useState(false)
  const menu = useRef<HTMLDetailsElement>(null)
  useClosedFromOutside(menu)
  const toggle = (open: boolean) => {
    if (open === isOpen) return
    setOpen(open)
    void (open ? notifications.open() : notifications.close())
  }
  if (unread === null) return null
  return (
    <>
      <details
        ref={menu}
        className={styles.bell}
        data-testid="notifications"
        onToggle={(event) => toggle(event.currentTarget.open)}
      >
        <summary aria-label={bellLabel(unread)} title="Notifications">
          <Icon name="bell" size={18} />
          {unread > 0 && (
            <span className={styles.count} data-testid="unread" aria-hidden="true">
              {countWords(unread)}
            </span>
          )}
        </summary>
        {isOpen && <NotificationList />}
      </details>
      {/* Said when the first comes, and not again with each that follows. */}
      <p role="status" className="visually-hidden">
        {unread > 0 && !isOpen && 'There are unread notifications.'}
      </p>
    </>
  )
}
