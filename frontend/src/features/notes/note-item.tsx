// One note to read: what, when, about what, by whom; with what one may do to it.
import { useState } from 'react'
import { deleteAnnotation } from '../../api/delete-annotation'
import { Button } from '../../components/button'
import { useLive, useLiveState } from '../../live/use-live'
import type { Annotation } from '../../protocol/annotation'
import { ProblemNotice } from '../forms/problem-notice'
import { useCall } from '../forms/use-call'
import styles from './note-item.module.css'
import { whenWords } from './note-words'
import { useNoteRights } from './use-notes'

type NoteItemProps = {
  readonly note: Annotation
  readonly onEdit: (note: Annotation) => void
  /** After one asked to see the time around it. */
  readonly onShown?: () => void
}

export function NoteItem({ note, onEdit, onShown }: NoteItemProps) {
  const live = useLive()
  const { mayChange, mayDelete } = useNoteRights()
  const [asked, setAsked] = useState(false)
  const show = () => {
    live.viewport.lookAround(note.startMs)
    onShown?.()
  }
  return (
    <li className={styles.item} data-testid={`note-${note.id}`}>
      <p className={styles.text}>{note.text}</p>
      <p className={styles.about}>
        <button type="button" className={styles.when} title="Show the time around it" onClick={show}>
          {whenWords(note, live.nowMs())}
        </button>
        <span>
          <AboutWords note={note} />, by {note.author}
        </span>
      </p>
      {!asked && (
        <div className={styles.actions}>
          {mayChange(note) && (
            <Button weight="quiet" small aria-label={`Edit: ${note.text}`} onClick={() => onEdit(note)}>
              Edit
            </Button>
          )}
          {mayDelete(note) && (
            <Button weight="quiet" small aria-label={`Delete: ${note.text}`} onClick={() => setAsked(true)}>
              Delete
            </Button>
          )}
        </div>
      )}
      {asked && <ConfirmDelete note={note} onKept={() => setAsked(false)} />}
    </li>
  )
}

function AboutWords({ note: { device } }: { readonly note: Annotation }) {
  const name = useLiveState((state) => (device === null ? 'All devices' : state.devices.get(device)?.name))
  return name ?? device
}

function ConfirmDelete({ note, onKept }: { readonly note: Annotation; readonly onKept: () => void }) {
  const live = useLive()
  const { busy, problem, run } = useCall()
  const remove = () =>
    run(
      () => live.annotations.removing(note.id, () => deleteAnnotation(note.id)),
      () => undefined,
    )
  return (
    <div className={styles.confirm}>
      <p>Delete it for everybody?</p>
      <Button weight="danger" small disabled={busy} onClick={remove} autoFocus>
        Delete
      </Button>
      <Button weight="quiet" small disabled={busy} onClick={onKept}>
        Keep
      </Button>
      <ProblemNotice problem={problem} />
    </div>
  )
}
