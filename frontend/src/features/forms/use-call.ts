// One call at a time, from a form: whether it runs, and what went wrong.
import { useState } from 'react'
import { problemOf, type Problem } from './api-problem'

export type Call = {
  readonly busy: boolean
  readonly problem: Problem | null
  /** Of a single field. */
  readonly fault: (field: string) => string | undefined
  readonly run: <T>(call: () => Promise<T>, then: (answer: T) => void) => void
}

export function useCall(toProblem: (error: unknown) => Problem = problemOf): Call {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [bug, setBug] = useState<{ cause: unknown } | null>(null)
  // What is no answer of the server is a mistake of ours, and belongs to the page's error screen.
  if (bug) throw new Error('An answer of the server could not be used.', bug)
  const fail = (error: unknown) => {
    try {
      setProblem(toProblem(error))
    } catch (unexpected) {
      setBug({ cause: unexpected })
    }
  }
  const run: Call['run'] = (call, then) => {
    setBusy(true)
    setProblem(null)
    call()
      .then(then, fail)
      .finally(() => setBusy(false))
      .catch((cause: unknown) => setBug({ cause }))
  }
  return { busy, problem, fault: (field) => problem?.fields.get(field)?.join(' '), run }
}
