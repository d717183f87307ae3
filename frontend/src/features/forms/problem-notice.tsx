// Why a call failed, unless the words already stand at a field.
import { Notice } from '../../components/notice'
import type { Problem } from './api-problem'

type ProblemNoticeProps = { readonly problem: Problem | null; readonly shownFields?: readonly string[] }

export function ProblemNotice({ problem, shownFields = [] }: ProblemNoticeProps) {
  if (!problem) return null
  const atFields =
    problem.fields.size > 0 && [...problem.fields.keys()].every((name) => shownFields.includes(name))
  return atFields ? null : <Notice tone="bad">{problem.words}</Notice>
}
