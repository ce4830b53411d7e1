/** An answer over HTTP, with its data as the test names it. */
export interface Answer<Data> {
  readonly status: number
  readonly data: Data
  readonly errors?: ReadonlyArray<{
    message: string
    path?: Array<string | number>
    extensions?: Record<string, unknown>
  }>
}

/** Posts a GraphQL operation; `as`: the test states the shape that it then asserts on. */
export async function ask<Data = Record<string, unknown>>(
  url: string,
  query: string,
  options: { variables?: object; headers?: Record<string, string> } = {},
): Promise<Answer<Data>> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...options.headers },
    body: JSON.stringify({ query, variables: options.variables }),
  })
  return { status: answer.status, ...((await answer.json()) as object) } as Answer<Data>
}
