// How long something is kept, and what will go, in words. Pure.
import {
  KEPT_LEVELS,
  type Due,
  type KeptLevel,
  type OwnPeriods,
  type Periods,
} from '../../protocol/retention'

const YEAR_DAYS = 365
const FOR_EVER = 0
const CHOICES: readonly number[] = [1, 7, 30, 90, 180, 365, 730, 1_825, 3_650, FOR_EVER]

export const LEVEL_LABELS: Readonly<Record<KeptLevel, string>> = {
  raw: 'Readings',
  minute: 'Averages of minutes and quarters of an hour',
  hour: 'Averages of hours',
}

const SHORT: Readonly<Record<KeptLevel, string>> = { raw: 'Readings', minute: 'Minutes', hour: 'Hours' }

const WHAT: Readonly<Record<string, { one: string; many: string; kept: KeptLevel }>> = {
  raw: { one: 'reading', many: 'readings', kept: 'raw' },
  minute: { one: 'average of a minute', many: 'averages of minutes', kept: 'minute' },
  quarter: {
    one: 'average of a quarter of an hour',
    many: 'averages of quarters of an hour',
    kept: 'minute',
  },
  hour: { one: 'average of an hour', many: 'averages of hours', kept: 'hour' },
}

export function daysWords(days: number): string {
  if (days === FOR_EVER) return 'for ever'
  const isYears = days % YEAR_DAYS === 0
  const [count, noun] = isYears ? [days / YEAR_DAYS, 'year'] : [days, 'day']
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`
}

export type PeriodChoice = { readonly value: string; readonly label: string }

/** The usual ones, and the one that is set, whatever it is. `inherited` is what holds for a device without its own. */
export function periodChoices(current: number | null, inherited: number | null): PeriodChoice[] {
  const days = [...new Set([...CHOICES, ...(current === null ? [] : [current])])]
  days.sort((one, other) => (one || Infinity) - (other || Infinity))
  const own = days.map((one) => ({ value: String(one), label: capital(daysWords(one)) }))
  if (inherited === null) return own
  return [{ value: '', label: `As the installation (${daysWords(inherited)})` }, ...own]
}

export function chosenDays(value: string): number | null {
  return value === '' ? null : Number(value)
}

export function following(own: OwnPeriods, inherited: Periods | null): OwnPeriods {
  if (!inherited) return own
  return {
    raw: own.raw ?? inherited.raw,
    minute: own.minute ?? inherited.minute,
    hour: own.hour ?? inherited.hour,
  }
}

export type PeriodProblem = { readonly level: KeptLevel; readonly words: string }

/** Nothing may be kept for longer than what is made from it. */
export function periodProblem(kept: OwnPeriods): PeriodProblem | null {
  for (const [at, level] of KEPT_LEVELS.entries()) {
    const finer = KEPT_LEVELS[at - 1]
    if (!finer || (kept[finer] || Infinity) <= (kept[level] || Infinity)) continue
    const words = `${SHORT[finer]} are kept ${daysWords(kept[finer] ?? FOR_EVER)}: please keep these at least as long.`
    return { level, words }
  }
  return null
}

/** A sentence for each level of which something goes. */
export function dueWords(due: readonly Due[], kept: OwnPeriods): string[] {
  return due.flatMap(({ level, rows, more }) => {
    const what = WHAT[level]
    const days = what && kept[what.kept]
    if (!what || !days || rows === 0) return []
    const count = `${more ? 'More than ' : ''}${rows.toLocaleString('en')}`
    const noun = rows === 1 && !more ? what.one : what.many
    return [`${count} ${noun} older than ${daysWords(days)} will be deleted within the hour.`]
  })
}

/** Of several devices together. */
export function totalDue(each: readonly (readonly Due[])[]): Due[] {
  const total = new Map<string, Due>()
  for (const one of each.flat()) {
    const known = total.get(one.level)
    total.set(
      one.level,
      known ? { ...known, rows: known.rows + one.rows, more: known.more || one.more } : one,
    )
  }
  return [...total.values()]
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}
