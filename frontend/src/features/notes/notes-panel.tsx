// All notes of the window, below the charts: to read them one after the other, by keys too.
import { useState } from 'react'
import { useStore } from 'zustand'
import { Panel } from '../../components/panel'
import { useLive } from '../../live/use-live'
import type { Annotation } from '../../protocol/annotation'
import { NoteItem } from './note-item'
import { countWords } from './note-words'
import styles from './notes-panel.module.css'
import { useNoteRights, useSeenNotes, type Notes } from './use-notes'

const FEW = 50

type NotesPanelProps = { readonly notes: Notes; readonly onEdit: (note: Annotation) => void }

export function NotesPanel({ notes, onEdit }: NotesPanelProps) {
  const seen = useSeenNotes(notes)
  const { complete, failed, news } = useStore(useLive().annotations.store)
  return (
    <>
      <Panel testId="notes" title={<Title count={seen.length} failed={failed} />}>
        <List seen={seen} complete={complete} onEdit={onEdit} />
      </Panel>
      <p role="status" className="visually-hidden">
        {news && `${news.author} noted: ${news.text}`}
      </p>
    </>
  )
}

function Title({ count, failed }: { readonly count: number; readonly failed: boolean }) {
  return (
    <>
      <span data-testid="notes-count">
        {count === 0 ? 'No notes in this window' : `${countWords(count)} in this window`}
      </span>
      {failed && <span className={styles.failed}>They cannot be read now. Trying again…</span>}
    </>
  )
}

type ListProps = {
  readonly seen: Notes
  readonly complete: boolean
  readonly onEdit: (note: Annotation) => void
}

function List({ seen, complete, onEdit }: ListProps) {
  const [most, setMost] = useState(FEW)
  return (
    <div className={styles.body}>
      {seen.length === 0 && <Nothing />}
      <ul>
        {seen.slice(0, most).map((note) => (
          <NoteItem key={note.id} note={note} onEdit={onEdit} />
        ))}
      </ul>
      {seen.length > most && (
        <button type="button" className={styles.more} onClick={() => setMost(most + FEW)}>
          Show older ones
        </button>
      )}
      {!complete && (
        <p className={styles.words}>There are more than fit: look closer to see the older ones.</p>
      )}
    </div>
  )
}

function Nothing() {
  const { mayAdd } = useNoteRights()
  if (!mayAdd) return <p className={styles.words}>What somebody notes about this time shows here.</p>
  return (
    <p className={styles.words}>
      Was a window open, or a plant watered? Double-click a chart where it happened, or rest a finger there.
    </p>
  )
}
