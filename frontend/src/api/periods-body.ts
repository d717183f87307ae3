// Periods as the API has them.
import { KEPT_LEVELS, type OwnPeriods } from '../protocol/retention'

export function periodsBody(periods: OwnPeriods): Record<string, number | null> {
  return Object.fromEntries(KEPT_LEVELS.map((level) => [`${level}_days`, periods[level]]))
}
