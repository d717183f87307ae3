// Which notes are shown: those about the charted devices and about all, and of these the ones in the window.
import { useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { touches } from '../../live/annotations'
import { useLive, useLiveState, usePainter } from '../../live/use-live'
import type { Annotation } from '../../protocol/annotation'

export type Notes = readonly Annotation[]

export function useNotes(devices: readonly string[]): Notes {
  const all = useStore(useLive().annotations.store, (state) => state.all)
  const key = devices.join('\n')
  return useMemo(() => {
    const charted = new Set(key.split('\n'))
    return all.filter(({ device }) => device === null || charted.has(device))
  }, [all, key])
}

/** Those in the window, the newest first. */
export function useSeenNotes(notes: Notes): Notes {
  const live = useLive()
  const [seen, setSeen] = useState<Notes>([])
  const shown = useRef<Notes>(seen)
  usePainter(() => {
    const stretch = live.stretch()
    const next = notes.filter((one) => touches(one, stretch)).reverse()
    const isSame = next.length === shown.current.length && next.every((one, at) => one === shown.current[at])
    if (isSame) return
    shown.current = next
    setSeen(next)
  })
  return seen
}

export type NoteRights = {
  readonly mayAdd: boolean
  readonly mayChange: (note: Annotation) => boolean
  readonly mayDelete: (note: Annotation) => boolean
}

/** Who may add notes may also change and delete what they wrote themselves. */
export function useNoteRights(): NoteRights {
  const user = useLiveState((state) => state.user)
  return useMemo(() => {
    const may = (permission: string) => user?.permissions.includes(permission) ?? false
    const mayAdd = may('add_annotation')
    const isOwn = ({ author }: Annotation) => mayAdd && author === user?.username
    return {
      mayAdd,
      mayChange: (note) => may('change_annotation') || isOwn(note),
      mayDelete: (note) => may('delete_annotation') || isOwn(note),
    }
  }, [user])
}
