import type { Dialect } from '@movieverse/service/dialect.ts'
import { toGlobalId } from '@movieverse/titles/global-id.ts'
import type { FastifyInstance } from 'fastify'
import type { Knex } from 'knex'
import { createTestDatabase } from '../../../tests/support/databases.ts'
import { writeSmallCatalogue } from '../../../tests/support/small-catalogue.ts'
import { askApp, signedIn, type GraphqlAnswer } from '../../../tests/support/subgraph-app.ts'
import { buildViewersApp } from '../app.ts'
import { readViewersConfig } from '../config.ts'

/** How somebody asks. */
export interface Asking {
  readonly variables?: object
  readonly scopes?: string
  readonly headers?: Record<string, string>
}

/** The viewers' service over the small catalogue, gone with its database when it is disposed of. */
export interface ViewersApp extends AsyncDisposable {
  readonly app: FastifyInstance
  readonly db: Knex
  readonly serviceSecret: string
  /** Titles of the catalogue, any of which a test may take. */
  readonly titles: readonly string[]
  /** The global id of a title. */
  idOf(title: string): string
  /** Asks as somebody whom the edge vouches for. */
  as<Data = Record<string, unknown>>(userId: string, query: string, asking?: Asking): Promise<GraphqlAnswer<Data>>
  /** Asks as the supergraph does, on somebody's behalf. */
  entities<Answer = { _entities: Array<Record<string, unknown> | null> }>(
    userId: string,
    representations: readonly object[],
    selection: string,
  ): Promise<GraphqlAnswer<Answer>>
  /** How many rows somebody has in a table of viewers' rows. */
  count(userId: string, table: string): Promise<number>
}

/** Builds it on an empty database of the dialect. */
export async function startViewersApp(
  dialect: Dialect,
  settings: Readonly<Record<string, string>> = {},
): Promise<ViewersApp> {
  const database = await createTestDatabase(dialect)
  await writeSmallCatalogue(database.db)
  const serviceSecret = 'a-service-secret'
  const environment = { DATABASE_URL: database.url, SERVICE_SECRET: serviceSecret, LOG_LEVEL: 'silent', ...settings }
  const app = await buildViewersApp(readViewersConfig(environment))
  await app.ready()
  const rows: Array<{ id: number; title: string }> = await database.db('titles').select('id', 'title').orderBy('id')
  const ids = new Map(rows.map(({ id, title }) => [title, toGlobalId('Movie', id)]))
  const as: ViewersApp['as'] = (userId, query, { variables = {}, scopes, headers = {} } = {}) =>
    askApp(app, query, { variables, headers: { ...signedIn(userId, scopes), ...headers } })
  return {
    app,
    db: database.db,
    serviceSecret,
    titles: rows.map(({ title }) => title),
    idOf(title) {
      const id = ids.get(title)
      if (!id) throw new Error(`no title ${title}`)
      return id
    },
    as,
    entities: (userId, representations, selection) =>
      as(userId, `query ($r: [_Any!]!) { _entities(representations: $r) { ${selection} } }`, {
        variables: { r: representations },
        headers: { 'x-service-secret': serviceSecret },
      }),
    async count(userId, table) {
      const query = database.db(table).join('viewers as v', 'v.id', `${table}.viewer_id`).where('v.user_id', userId)
      const [row] = await query.count<Array<{ count: number }>>('* as count')
      return row?.count ?? 0
    },
    async [Symbol.asyncDispose]() {
      await app.close()
      await database[Symbol.asyncDispose]()
    },
  }
}
