// What was asked for: that it is on its way, why it did not come, or the thing itself.
import type { ReactNode } from 'react'
import { ProblemNotice } from './problem-notice'
import type { Loaded } from './use-loaded'

type LoadedContentProps<T> = { readonly loaded: Loaded<T>; readonly children: (value: T) => ReactNode }

export function LoadedContent<T>({ loaded, children }: LoadedContentProps<T>) {
  switch (loaded.state) {
    case 'loading':
      return <p role="status">Asking…</p>
    case 'failed':
      return <ProblemNotice problem={loaded.problem} />
    case 'there':
      return children(loaded.value)
  }
}
