// Why one cannot get in, in words.
import { ApiError, ServerAway } from '../../api/request'
import { againWords, problem, problemOf, type Problem } from '../forms/api-problem'

export function signInProblem(error: unknown): Problem {
  if (error instanceof ServerAway) return problem('The server cannot be reached. Is it running?')
  if (!(error instanceof ApiError)) return problemOf(error)
  if (error.code === 'wrong_credentials') {
    return problem('This name and password do not go together. Please check both.')
  }
  if (error.code === 'rate_limited') {
    return problem(`Too many tries in a short time. ${againWords(error.retryMs)}`)
  }
  return problemOf(error)
}
