// A sheet that hangs from a button closes with Escape, with a press beside it, and when the keyboard leaves it.
import { useEffect } from 'react'

export function useClosedFromOutside(menu: React.RefObject<HTMLDetailsElement | null>): void {
  useEffect(() => {
    const close = (event: Event) => {
      const element = menu.current
      if (!element?.open) return
      const escaped = event instanceof KeyboardEvent && event.key === 'Escape'
      const outside = event.type !== 'keydown' && !element.contains(event.target as Node)
      if (!escaped && !outside) return
      element.open = false
      if (escaped) element.querySelector('summary')?.focus()
    }
    document.addEventListener('pointerdown', close)
    document.addEventListener('focusin', close)
    document.addEventListener('keydown', close)
    return () => {
      document.removeEventListener('pointerdown', close)
      document.removeEventListener('focusin', close)
      document.removeEventListener('keydown', close)
    }
  }, [menu])
}
