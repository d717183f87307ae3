// The notes at one place of the axis of time, to read and to change; or a new one to write.
import { useState } from 'react'
import { useStore } from 'zustand'
import { Dialog } from '../../components/dialog'
import { useLive } from '../../live/use-live'
import type { Annotation } from '../../protocol/annotation'
import type { NoteSeed } from './note-draft'
import { NoteForm } from './note-form'
import { NoteItem } from './note-item'
import styles from './note-dialog.module.css'
import { countWords } from './note-words'

export type OpenNotes =
  | { readonly kind: 'write'; readonly seed: NoteSeed }
  | { readonly kind: 'edit'; readonly note: Annotation }
  | { readonly kind: 'read'; readonly ids: readonly string[] }

type NoteDialogProps = { readonly open: OpenNotes; readonly onClose: () => void }

export function NoteDialog({ open, onClose }: NoteDialogProps) {
  switch (open.kind) {
    case 'write':
      return (
        <Dialog title="Add a note" onClose={onClose} keepOpen>
          <NoteForm seed={open.seed} id={null} onDone={onClose} />
        </Dialog>
      )
    case 'edit':
      return (
        <Dialog title="Change the note" onClose={onClose} keepOpen>
          <NoteForm seed={open.note} id={open.note.id} onDone={onClose} />
        </Dialog>
      )
    case 'read':
      return <ReadDialog ids={open.ids} onClose={onClose} />
  }
}

function ReadDialog({ ids, onClose }: { readonly ids: readonly string[]; readonly onClose: () => void }) {
  const all = useStore(useLive().annotations.store, (state) => state.all)
  const [edited, setEdited] = useState<Annotation | null>(null)
  const notes = all.filter(({ id }) => ids.includes(id))
  if (edited) return <NoteDialog open={{ kind: 'edit', note: edited }} onClose={() => setEdited(null)} />
  return (
    <Dialog title={notes.length === 1 ? 'Note' : countWords(notes.length)} onClose={onClose}>
      <ul className={styles.list}>
        {notes.map((note) => (
          <NoteItem key={note.id} note={note} onEdit={setEdited} onShown={onClose} />
        ))}
      </ul>
      {notes.length === 0 && <p role="status">Nothing is noted here any more.</p>}
    </Dialog>
  )
}
