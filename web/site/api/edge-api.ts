import { z } from 'zod'
import type { EdgeConnections } from '../../http/edge-connections.ts'
import type { TypedDocument } from './document.ts'

/** An error of one part of an answer; texts of services are not for visitors, their codes and paths are. */
export interface AnswerError {
  readonly code: string
  readonly path: ReadonlyArray<string | number>
}

/**
 * What came of an operation: an answer, whole or in part; a token that is no longer good; or nothing, because the edge
 * or what is behind it is down, slow, or asked too often.
 */
export type ApiAnswer<Result> =
  | { readonly kind: 'answered'; readonly data: Result | null; readonly errors: readonly AnswerError[] }
  | { readonly kind: 'unauthorised' }
  | { readonly kind: 'unavailable' }

/** Sends the website's documents to the public GraphQL API. */
export interface EdgeApi {
  send<Result, Variables>(
    document: TypedDocument<Result, Variables>,
    variables: Variables,
    token: string,
  ): Promise<ApiAnswer<Result>>
}

/** A page waits so long for the API before it is shown without its answer; the edge gives up a page after ten seconds. */
const timeoutMs = 6000

const answerShape = z.object({
  data: z.unknown(),
  errors: z
    .array(
      z.object({
        path: z.array(z.union([z.string(), z.number()])).optional(),
        extensions: z.object({ code: z.string().optional() }).optional(),
      }),
    )
    .optional(),
})

export function createEdgeApi(connections: EdgeConnections, edgeUrl: string): EdgeApi {
  const { origin } = new URL(edgeUrl)
  return {
    async send<Result, Variables>(
      { name, text }: TypedDocument<Result, Variables>,
      variables: Variables,
      token: string,
    ): Promise<ApiAnswer<Result>> {
      try {
        const dispatcher = await connections.current()
        const { statusCode, body } = await dispatcher.request({
          origin,
          path: '/graphql',
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            accept: 'application/graphql-response+json, application/json',
            authorization: `Bearer ${token}`,
          },
          body: JSON.stringify({ operationName: name, query: text, variables }),
          signal: AbortSignal.timeout(timeoutMs),
        })
        if (statusCode === 401) {
          await body.dump()
          return { kind: 'unauthorised' }
        }
        return answerOf<Result>(await body.json())
      } catch {
        return { kind: 'unavailable' }
      }
    },
  }
}

function answerOf<Result>(body: unknown): ApiAnswer<Result> {
  const answer = answerShape.safeParse(body)
  // An edge or a proxy that speaks for itself.
  if (!answer.success || (!answer.data.data && !answer.data.errors)) return { kind: 'unavailable' }
  const { data, errors = [] } = answer.data
  return {
    kind: 'answered',
    // `as`: documents are typed by the schema that the supergraph answers by.
    data: (data ?? null) as Result | null,
    errors: errors.map(({ path = [], extensions }) => ({ code: extensions?.code ?? 'INTERNAL_SERVER_ERROR', path })),
  }
}
