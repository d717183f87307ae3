// A sheet that hangs from a button closes with Escape, with a press beside it, and when the keyboard leaves it.
import { useEffect } from 'react'

/** The focus goes back to its button. */
export function closeSheet(sheet: HTMLDetailsElement | null): void {
  if (!sheet) return
  sheet.open = false
  sheet.querySelector('summary')?.focus()
}

export function useClosedFromOutside(menu: React.RefObject<HTMLDetailsElement | null>): void {
  useEffect(() => {
    const onKey = ({ key }: KeyboardEvent) => {
      if (menu.current?.open && key === 'Escape') closeSheet(menu.current)
    }
    const onOutside = ({ target }: Event) => {
      if (menu.current?.open && !menu.current.contains(target as Node)) menu.current.open = false
    }
    document.addEventListener('keydown', onKey)
    document.addEventListener('pointerdown', onOutside)
    document.addEventListener('focusin', onOutside)
    return () => {
      document.removeEventListener('keydown', onKey)
      document.removeEventListener('pointerdown', onOutside)
      document.removeEventListener('focusin', onOutside)
    }
  }, [menu])
}
