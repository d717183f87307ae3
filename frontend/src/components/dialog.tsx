// A modal dialog: the browser's own, which traps the focus and gives it back.
import { useId, useLayoutEffect, useRef, type ReactNode } from 'react'
import { Button } from './button'
import styles from './dialog.module.css'
import { Icon } from './icon'

type DialogProps = {
  readonly title: string
  readonly onClose: () => void
  readonly children: ReactNode
  /** When losing what is shown would hurt, a click beside the dialog does not close it. */
  readonly keepOpen?: boolean
}

export function Dialog({ title, onClose, children, keepOpen = false }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  // Closed before it is taken off the page: only then does the browser give the focus back.
  useLayoutEffect(() => {
    const dialog = element.current
    if (dialog && !dialog.open) dialog.showModal()
    return () => dialog?.close()
  }, [])
  return (
    <dialog
      ref={element}
      className={styles.dialog}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onPointerDown={(event) => {
        if (event.target === element.current && !keepOpen) onClose()
      }}
    >
      <div className={styles.sheet}>
        <div className={styles.header}>
          <h2 id={titleId}>{title}</h2>
          <Button weight="quiet" small aria-label="Close" onClick={onClose}>
            <Icon name="close" />
          </Button>
        </div>
        {children}
      </div>
    </dialog>
  )
}
