import { toSqlTime } from '@movieverse/service/sql-time.ts'
import { createCursorCodec, type CursorCodec } from '@movieverse/titles/paging/cursor.ts'
import { inOrderOf } from '@movieverse/titles/ordering.ts'
import { pageWindowOf, toPage, type Page, type PageArguments, type PageWindow } from '@movieverse/titles/paging/page.ts'
import type { Knex } from 'knex'
import type { FeedbackRow, FeedbackTable, Stored } from './feedback-tables.ts'

/** A page of a viewer's list that was asked for in the right way. */
export interface FeedbackSlice {
  readonly viewerId: number
  readonly window: PageWindow
  readonly after: Key | null
  readonly before: Key | null
}

/** A page of a viewer's list, newest first, and how long the list is where that was asked for. */
export interface FeedbackList<Row> extends Page<Row> {
  readonly total: number | null
}

/** Time in milliseconds, and the title among those of one moment. */
type Key = readonly [time: number, titleId: number]

/**
 * Checks connection arguments. Cursors are good for this viewer's list only. Throws BAD_USER_INPUT or INVALID_CURSOR naming
 * the argument.
 */
export function feedbackSliceOf<Row extends FeedbackRow>(
  table: FeedbackTable<Row>,
  viewerId: number,
  page: PageArguments,
): FeedbackSlice {
  const window = pageWindowOf(page)
  const cursors = cursorsOf(table, viewerId)
  const [after, before] = [cursors.decode('after', window.after), cursors.decode('before', window.before)]
  return { viewerId, window, after, before }
}

/**
 * One page of what a viewer said or did. One statement; two where the length of a list is asked for beside a page that turns
 * out empty.
 */
export async function listFeedbackPage<Row extends FeedbackRow>(
  db: Knex,
  table: FeedbackTable<Row>,
  { viewerId, window, after, before }: FeedbackSlice,
  wantsTotal = false,
): Promise<FeedbackList<Row>> {
  const query = db(table.name).select(table.columns).where('viewer_id', viewerId)
  if (wantsTotal) void query.select({ total: countOf(db, table, viewerId) })
  if (after) whereBeyond(query, table, '<', after)
  if (before) whereBeyond(query, table, '>', before)
  const order = window.backward ? 'asc' : 'desc'
  const rows: Array<Stored<Row> & { total?: number }> = await query
    .orderBy([
      { column: table.timeColumn, order },
      { column: 'title_id', order },
    ])
    .limit(window.size + 1)
  // A list without a row on its first page has none.
  const isWhole = !after && !before
  const total = wantsTotal ? (rows[0]?.total ?? (isWhole ? 0 : await countFeedback(db, table, viewerId))) : null
  const cursors = cursorsOf(table, viewerId)
  const found = toPage(window, rows, ({ total: _total, ...stored }) => {
    // `as`: what is left without the total is the stored row.
    const node = table.toRow(stored as unknown as Stored<Row>)
    return { node, cursor: cursors.encode([table.timeOf(node).getTime(), node.titleId]) }
  })
  return { ...found, total }
}

function cursorsOf<Row extends FeedbackRow>({ name }: FeedbackTable<Row>, viewerId: number): CursorCodec<Key> {
  return createCursorCodec<Key>([name, viewerId], isKey)
}

/** The rows about these titles, in the titles' order; null where the viewer has none. One statement. */
export async function findFeedback<Row extends FeedbackRow>(
  db: Knex,
  table: FeedbackTable<Row>,
  viewerId: number,
  titleIds: readonly number[],
): Promise<Array<Row | null>> {
  const rows: Array<Stored<Row>> = await db(table.name)
    .select(table.columns)
    .where('viewer_id', viewerId)
    .whereIn('title_id', [...new Set(titleIds)])
  return inOrderOf(titleIds, rows.map(table.toRow), ({ titleId }) => titleId)
}

/** Everything that a viewer said or did of one kind, newest first. One statement. */
export async function listAllFeedback<Row extends FeedbackRow>(
  db: Knex,
  table: FeedbackTable<Row>,
  viewerId: number,
): Promise<Row[]> {
  const rows: Array<Stored<Row>> = await db(table.name)
    .select(table.columns)
    .where('viewer_id', viewerId)
    .orderBy([
      { column: table.timeColumn, order: 'desc' },
      { column: 'title_id', order: 'desc' },
    ])
  return rows.map(table.toRow)
}

const batchSize = 5000

/** Every viewer's rows, by viewer and then by title, in batches; each batch is one statement along the primary key. */
export async function* streamFeedback<Row extends FeedbackRow>(
  db: Knex,
  table: FeedbackTable<Row>,
  size = batchSize,
): AsyncGenerator<Row[]> {
  let last: FeedbackRow = { viewerId: 0, titleId: 0 }
  while (true) {
    const { viewerId, titleId } = last
    const stored: Array<Stored<Row>> = await db(table.name)
      .select(table.columns)
      .where('viewer_id', '>=', viewerId)
      .where((or) => void or.where('viewer_id', '>', viewerId).orWhere('title_id', '>', titleId))
      .orderBy(['viewer_id', 'title_id'])
      .limit(size)
    const rows = stored.map(table.toRow)
    if (rows.length > 0) yield rows
    if (rows.length < size) return
    last = rows.at(-1) ?? last
  }
}

async function countFeedback<Row extends FeedbackRow>(
  db: Knex,
  table: FeedbackTable<Row>,
  viewerId: number,
): Promise<number> {
  const [row]: Array<{ count?: number }> = await countOf(db, table, viewerId)
  return row?.count ?? 0
}

function countOf<Row extends FeedbackRow>(db: Knex, table: FeedbackTable<Row>, viewerId: number): Knex.QueryBuilder {
  return db(table.name).count('* as count').where('viewer_id', viewerId)
}

/** The rows on one side of a key. The first condition is there for the index: MySQL cannot range over an `or`. */
function whereBeyond<Row extends FeedbackRow>(
  query: Knex.QueryBuilder,
  { timeColumn }: FeedbackTable<Row>,
  side: '<' | '>',
  [milliseconds, titleId]: Key,
): void {
  const time = toSqlTime(new Date(milliseconds))
  void query
    .where(timeColumn, `${side}=`, time)
    .where((or) => void or.where(timeColumn, side, time).orWhere('title_id', side, titleId))
}

function isKey(key: unknown): key is Key {
  return Array.isArray(key) && key.length === 2 && key.every((part) => Number.isSafeInteger(part)) && isTime(key[0])
}

/** Years of four digits, the only ones that order as text. */
function isTime(milliseconds: number): boolean {
  return milliseconds >= Date.UTC(1000, 0) && milliseconds < Date.UTC(10_000, 0)
}
