// A long list: its beginning, and the rest when somebody wants it.
import { useState, type ReactNode } from 'react'
import { Button } from './button'

type ShortenedProps<T> = {
  readonly items: readonly T[]
  readonly most: number
  /** What there are, for the button: "accounts". */
  readonly noun: string
  readonly children: (shown: readonly T[]) => ReactNode
}

export function Shortened<T>({ items, most, noun, children }: ShortenedProps<T>) {
  const [isWhole, setWhole] = useState(false)
  const isShort = !isWhole && items.length > most
  return (
    <>
      {children(isShort ? items.slice(0, most) : items)}
      {isShort && (
        <Button onClick={() => setWhole(true)}>
          Show all {items.length} {noun}
        </Button>
      )}
    </>
  )
}
