import type { Knex } from 'knex'
import { fromSqlTime, toSqlTime } from '@movieverse/service/sql-time.ts'
import { createCursorCodec } from '../paging/cursor.ts'
import { joinNext } from '../listing/listing-sql.ts'
import { groupInOrderOf } from '../ordering.ts'
import { pageWindowOf, toPage, type Page, type PageArguments } from '../paging/page.ts'
import type { AvailabilityChangeRow, AvailabilityRow, ChangeKind, LanguageRow } from '../rows.ts'

/** Languages of an availability's sound and subtitles, each in source order. */
export interface AvailabilityLanguages {
  readonly audio: LanguageRow[]
  readonly subtitles: LanguageRow[]
}

export interface ChangesQuery {
  readonly regionCode: string
  readonly kinds?: readonly ChangeKind[] | null | undefined
  readonly since?: Date | null | undefined
  readonly page: PageArguments
}

/** Offers of titles in regions, and what changed among them; each method is one statement. */
export interface AvailabilityRepository {
  /** What holds now for each title: by region, then the earliest first. */
  listCurrent(titleIds: readonly number[], now?: Date): Promise<AvailabilityRow[][]>
  listLanguages(availabilityIds: readonly number[]): Promise<AvailabilityLanguages[]>
  /** A region's changes, oldest first. */
  listChanges(query: ChangesQuery): Promise<Page<AvailabilityChangeRow>>
  /** Changes of every region with a larger id, by id. */
  listChangesAfter(id: number, limit: number): Promise<AvailabilityChangeRow[]>
  /** The largest id of a change; 0 where there is none. */
  findLatestChangeId(): Promise<number>
}

const availabilityColumns = [
  'a.id as id',
  'a.title_id as titleId',
  'a.region_code as regionCode',
  'a.offer_type as offerType',
  'a.available_from as availableFrom',
  'a.available_until as availableUntil',
  'a.price_minor as priceMinor',
  'a.currency as currency',
  'a.quality as quality',
] as const

const changeColumns = [
  'id',
  'title_id as titleId',
  'region_code as regionCode',
  'kind',
  'offer_type as offerType',
  'available_from as availableFrom',
  'available_until as availableUntil',
  'changed_at as changedAt',
] as const

/** A row whose times are still SQL text. */
type Stored<Row> = {
  readonly [Name in keyof Row]: Row[Name] extends Date
    ? string
    : Row[Name] extends Date | null
      ? string | null
      : Row[Name]
}

export function createAvailabilityRepository(db: Knex): AvailabilityRepository {
  return {
    async listCurrent(titleIds, now = new Date()) {
      const time = toSqlTime(now)
      const rows: Array<Stored<AvailabilityRow>> = await db('availabilities as a')
        .select(availabilityColumns)
        .whereIn('a.title_id', [...new Set(titleIds)])
        .where('a.available_from', '<=', time)
        .where((or) => void or.whereNull('a.available_until').orWhere('a.available_until', '>', time))
        .orderBy(['a.title_id', 'a.region_code', 'a.available_from', 'a.id'])
      return groupInOrderOf(titleIds, rows.map(toAvailability), (row) => row.titleId)
    },

    async listLanguages(availabilityIds) {
      const tracks = joinNext(db, db('availability_languages as al'), 'languages as la', 'la.code = al.language_code')
      const rows: Array<LanguageRow & { availabilityId: number; track: string }> = await tracks
        .select('al.availability_id as availabilityId', 'al.track as track', 'la.code as code', 'la.name as name')
        .whereIn('al.availability_id', [...new Set(availabilityIds)])
        .orderBy(['al.availability_id', 'al.track', 'al.position', 'la.code'])
      return groupInOrderOf(availabilityIds, rows, (row) => row.availabilityId).map((group) => ({
        audio: group.filter((row) => row.track === 'AUDIO').map(toLanguage),
        subtitles: group.filter((row) => row.track === 'SUBTITLES').map(toLanguage),
      }))
    },

    listChanges: (query) => listChanges(db, query),

    async listChangesAfter(id, limit) {
      const rows: Array<Stored<AvailabilityChangeRow>> = await db('availability_changes')
        .select(changeColumns)
        .where('id', '>', id)
        .orderBy('id')
        .limit(limit)
      return rows.map(toChange)
    },

    async findLatestChangeId() {
      const [row]: Array<{ id?: number | null }> = await db('availability_changes').max('id as id')
      return row?.id ?? 0
    },
  }
}

async function listChanges(
  db: Knex,
  { regionCode, kinds, since, page }: ChangesQuery,
): Promise<Page<AvailabilityChangeRow>> {
  const window = pageWindowOf(page)
  const wanted = kinds && kinds.length > 0 ? [...new Set(kinds)].toSorted() : null
  const cursors = createCursorCodec(['changes', regionCode, wanted, since?.getTime() ?? null], isRowId)
  const after = cursors.decode('after', window.after)
  const before = cursors.decode('before', window.before)
  const query = db('availability_changes').select(changeColumns).where('region_code', regionCode)
  if (wanted) void query.whereIn('kind', wanted)
  if (since) void query.where('changed_at', '>=', toSqlTime(since))
  if (after !== null) void query.where('id', '>', after)
  if (before !== null) void query.where('id', '<', before)
  const rows: Array<Stored<AvailabilityChangeRow>> = await query
    .orderBy('id', window.backward ? 'desc' : 'asc')
    .limit(window.size + 1)
  return toPage(window, rows, (row) => ({ cursor: cursors.encode(row.id), node: toChange(row) }))
}

function isRowId(key: unknown): key is number {
  return Number.isSafeInteger(key)
}

function toAvailability(row: Stored<AvailabilityRow>): AvailabilityRow {
  return { ...row, availableFrom: fromSqlTime(row.availableFrom), availableUntil: timeOrNull(row.availableUntil) }
}

function toChange(row: Stored<AvailabilityChangeRow>): AvailabilityChangeRow {
  return {
    ...row,
    availableFrom: fromSqlTime(row.availableFrom),
    availableUntil: timeOrNull(row.availableUntil),
    changedAt: fromSqlTime(row.changedAt),
  }
}

function timeOrNull(text: string | null): Date | null {
  return text === null ? null : fromSqlTime(text)
}

function toLanguage({ code, name }: LanguageRow): LanguageRow {
  return { code, name }
}
