// What was asked for: that it is on its way, why it did not come, or the thing itself.
import type { ReactNode } from 'react'
import { FailedNotice } from './failed-notice'
import type { Loaded } from './use-loaded'

type LoadedContentProps<T> = {
  readonly loaded: Loaded<T>
  readonly asking?: string
  readonly children: (value: T) => ReactNode
}

export function LoadedContent<T>({ loaded, asking = 'Asking…', children }: LoadedContentProps<T>) {
  switch (loaded.state) {
    case 'loading':
      return <p role="status">{asking}</p>
    case 'failed':
      return <FailedNotice problem={loaded.problem} busy={loaded.busy} onAgain={loaded.again} />
    case 'there':
      return children(loaded.value)
  }
}
