import type { buildServer } from '@movieverse/service/server.ts'

type App = Awaited<ReturnType<typeof buildServer>>

/** What a client reads of an answer; `data` as the test names it. */
export interface GraphqlAnswer<Data> {
  readonly status: number
  readonly data: Data
  readonly errors?: ReadonlyArray<{
    readonly message: string
    readonly path?: ReadonlyArray<string | number>
    readonly extensions: { readonly code: string; readonly field?: string }
  }>
}

/** Asks a built app without a socket; mercurius runs it as any request. */
export async function askApp<Data = Record<string, unknown>>(
  app: App,
  query: string,
  options: { variables?: object; headers?: Record<string, string> } = {},
): Promise<GraphqlAnswer<Data>> {
  const answer = await app.inject({
    method: 'POST',
    url: '/graphql',
    headers: options.headers ?? {},
    payload: { query, variables: options.variables },
  })
  // `as`: the test states the shape that it then asserts on.
  return { status: answer.statusCode, ...answer.json<object>() } as GraphqlAnswer<Data>
}

/** The SQL statements that an app's reader runs while something is done. */
export async function statementsOf(app: App, act: () => Promise<unknown>): Promise<string[]> {
  const statements: string[] = []
  const collect = ({ sql }: { sql: string }): void => void statements.push(sql)
  app.database.reader.on('query', collect)
  try {
    await act()
  } finally {
    app.database.reader.removeListener('query', collect)
  }
  return statements
}

/** The headers with which the edge vouches for somebody, under the development secret. */
export function signedIn(userId: string, scopes = 'viewer:read viewer:write'): Record<string, string> {
  return {
    'x-edge-secret': 'development-edge-secret',
    'x-authenticated-userid': userId,
    'x-authenticated-scope': scopes,
  }
}

/** How often the statements read a table, joins included. */
export function readsOf(statements: readonly string[], table: string): number {
  return statements.filter((sql) => new RegExp(`[\`" ]${table}[\`" ]`).test(`${sql} `)).length
}
