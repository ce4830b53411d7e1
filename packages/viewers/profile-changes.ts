import { toSqlTime } from '@movieverse/service/sql-time.ts'
import type { Knex } from 'knex'
import type { Maturity } from './rows.ts'
import { refused, type Outcome, type UserError } from './user-errors.ts'

/** What of a profile changes: what is undefined stays, null and an empty list clear. */
export interface ProfileChange {
  readonly displayName?: string | null
  /** As stored: `GB`, not `UK`. */
  readonly regionCode?: string | null
  readonly maturity?: Maturity
  readonly languages?: readonly string[]
  readonly genres?: readonly string[]
  readonly services?: readonly string[]
}

export const longestDisplayName = 100
export const longestProfileList = 20

type ListName = 'languages' | 'genres' | 'services'

const lists = {
  languages: { table: 'viewer_languages', column: 'language_code', known: 'languages', field: 'input.languages' },
  genres: { table: 'viewer_genres', column: 'genre_code', known: 'genres', field: 'input.favouriteGenres' },
  services: { table: 'viewer_services', column: 'service_code', known: null, field: 'input.services' },
} as const satisfies Record<ListName, object>

const listNames: readonly ListName[] = ['languages', 'genres', 'services']
const servicePattern = /^[a-z0-9][a-z0-9-]{0,31}$/

/** Writes what changes of a profile, all of it or, where a value is refused, nothing. */
export async function changeProfile(
  trx: Knex,
  viewerId: number,
  given: ProfileChange,
  now: Date,
): Promise<Outcome<Record<string, never>>> {
  const change = normalised(given)
  const errors = [...errorsOfName(change.displayName), ...(await errorsOfLists(trx, change))]
  if (errors.length > 0) return { errors }
  await trx('viewers')
    .where('id', viewerId)
    .update({
      ...(change.displayName !== undefined && { display_name: change.displayName }),
      ...(change.regionCode !== undefined && { region_code: change.regionCode }),
      ...(change.maturity !== undefined && { maturity: change.maturity }),
      revision: trx.raw('revision + 1'),
      updated_at: toSqlTime(now),
    })
  for (const name of listNames) {
    const codes = change[name]
    if (codes) await replaceList(trx, viewerId, name, codes)
  }
  return { value: {} }
}

function normalised(change: ProfileChange): ProfileChange {
  const { displayName, languages, genres, services } = change
  return {
    ...change,
    ...(displayName !== undefined && { displayName: displayName?.trim().normalize() || null }),
    ...(languages && { languages: [...new Set(languages)] }),
    ...(genres && { genres: unique(genres) }),
    ...(services && { services: unique(services) }),
  }
}

function unique(codes: readonly string[]): string[] {
  return [...new Set(codes.map((code) => code.toLowerCase()))]
}

function errorsOfName(name: string | null | undefined): readonly UserError[] {
  if (name === null || name === undefined) return []
  // Control and format characters: a name is one line, and reads as it is written.
  const isClean = name.isWellFormed() && !/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u.test(name)
  if (isClean && [...name].length <= longestDisplayName) return []
  return invalid('input.displayName', `A name is one line of at most ${longestDisplayName} characters`)
}

async function errorsOfLists(trx: Knex, change: ProfileChange): Promise<UserError[]> {
  const errors: UserError[] = []
  for (const name of listNames) {
    const codes = change[name]
    if (!codes || codes.length === 0) continue
    const { field } = lists[name]
    if (codes.length > longestProfileList) errors.push(...invalid(field, `Name ${longestProfileList} at most`))
    else if ((await countKnown(trx, name, codes)) < codes.length) errors.push(...invalid(field, unknownOf[name]))
  }
  return errors
}

const unknownOf: Readonly<Record<ListName, string>> = {
  languages: 'Name languages of this platform by their ISO 639 codes',
  genres: 'Name genres of this platform by their codes, such as sci-fi',
  services: 'Name services in small letters, digits and hyphens, at most 32 of them',
}

async function countKnown(trx: Knex, name: ListName, codes: readonly string[]): Promise<number> {
  const { known } = lists[name]
  if (known === null) return codes.filter((code) => servicePattern.test(code)).length
  return (await trx(known).whereIn('code', codes).pluck('code')).length
}

/** Row by row, by their keys: deleting the whole list would lock MySQL's gaps beside it, where the next viewer inserts. */
async function replaceList(trx: Knex, viewerId: number, name: ListName, codes: readonly string[]): Promise<void> {
  const { table, column } = lists[name]
  const stored: string[] = await trx(table).where('viewer_id', viewerId).pluck(column)
  const removed = stored.filter((code) => !codes.includes(code))
  if (removed.length > 0) await trx(table).where('viewer_id', viewerId).whereIn(column, removed).delete()
  const rows = codes.map((code, position) => ({ viewer_id: viewerId, [column]: code, position }))
  if (rows.length > 0) await trx(table).insert(rows).onConflict(['viewer_id', column]).merge(['position'])
}

function invalid(field: string, message: string): readonly [UserError] {
  return refused('InvalidProfile', field, message).errors
}
