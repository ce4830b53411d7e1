import { GraphQLError, type ExecutionResult, type GraphQLFormattedError } from 'graphql'
import type { MercuriusContext } from 'mercurius'
import { PublicError, type ErrorCode } from './errors.ts'
import type { Counter } from './metrics.ts'
import { negotiateMediaType } from './graphql-media-type.ts'
import { publicErrorOf, statusOf } from './rest-errors.ts'

/** Where unexpected errors go, and where every answered error is counted by its code. */
export interface ErrorSinks {
  readonly log: (error: unknown, context: MercuriusContext, code: ErrorCode) => void
  readonly errors: Counter<'code'>
  /** Counts a request that was refused before its execution. */
  readonly refused: () => void
  /** Whether to leave out what the schema has under a similar name, as where introspection is off. */
  readonly hidesSuggestions?: boolean
}

type Formatted = { statusCode: number; response: ExecutionResult }
type Execution = ExecutionResult & Required<Pick<ExecutionResult, 'errors'>>

const internal = new PublicError('INTERNAL_SERVER_ERROR', 'Internal server error')

/**
 * Mercurius' errorFormatter: every error with `extensions.code`, the text only of those that a client may read, the
 * rest logged with its cause. A refused request answers without `data`: with 400 where the client accepts
 * `application/graphql-response+json`, with 200 for plain JSON, as GraphQL over HTTP wants it for documents that fail
 * to parse or validate; whatever never was a GraphQL request keeps its HTTP status.
 */
export function createErrorFormatter(
  sinks: ErrorSinks,
): (execution: Execution, context: MercuriusContext) => Formatted {
  return (execution, context) => {
    const answers = execution.errors.flatMap(unfold).map((error) => {
      const answer = describe(error, execution.data !== undefined, sinks.hidesSuggestions)
      const { code } = answer.formatted.extensions
      if (answer.isUnexpected) sinks.log(causeOf(error), context, code)
      // A client that left is no failure, and nobody reads its answer.
      if (code !== 'CANCELLED') sinks.errors.inc({ code })
      return answer
    })
    // The formatted errors are plain objects where mercurius' types ask for GraphQLError; only JSON is made of them.
    const errors = answers.map(({ formatted }) => formatted) as unknown as GraphQLError[]
    if (execution.data !== undefined) return { statusCode: 200, response: { data: execution.data ?? null, errors } }
    sinks.refused()
    return { statusCode: refusalStatus(answers, context), response: { errors } }
  }
}

interface Answer {
  readonly formatted: GraphQLFormattedError & { readonly extensions: { readonly code: ErrorCode } }
  readonly isUnexpected: boolean
}

function describe(error: GraphQLError, isExecuted: boolean, hidesSuggestions = false): Answer {
  const known = knownErrorOf(error, isExecuted)
  const { code, details } = known ?? internal
  const text = (known ?? internal).message
  const message = hidesSuggestions && code === 'GRAPHQL_VALIDATION_FAILED' ? withoutSuggestion(text) : text
  const { locations, path } = error
  return {
    isUnexpected: !known || statusOf(code) >= 500,
    formatted: { message, ...(locations && { locations }), ...(path && { path }), extensions: { code, ...details } },
  }
}

/** Graphql ends a message with what the schema has instead. */
function withoutSuggestion(message: string): string {
  return message.replace(/ ?Did you mean .*\?/s, '')
}

function knownErrorOf(error: GraphQLError, isExecuted: boolean): PublicError | null {
  const cause = causeOf(error)
  // What graphql itself finds in an execution is a fault of ours, such as a null in a field that has none; before it,
  // it is about the document or its variables, and the client needs the text.
  if (cause instanceof GraphQLError) {
    if (isExecuted) return null
    return new PublicError(
      cause.message.startsWith('Syntax Error') ? 'GRAPHQL_PARSE_FAILED' : 'GRAPHQL_VALIDATION_FAILED',
      error.message,
    )
  }
  return publicErrorOf(cause)
}

function unfold(error: GraphQLError): GraphQLError[] {
  const { originalError } = error
  if (!originalError || !('errors' in originalError) || !Array.isArray(originalError.errors)) return [error]
  const isMethod = 'code' in originalError && originalError.code === 'MER_ERR_METHOD_NOT_ALLOWED'
  if (isMethod) return [wrap(new PublicError('METHOD_NOT_ALLOWED', 'Only a query may come by GET'))]
  return originalError.errors.map((inner: unknown) => (inner instanceof GraphQLError ? inner : wrap(asError(inner))))
}

function wrap(originalError: Error): GraphQLError {
  return new GraphQLError(originalError.message, { originalError })
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}

/** What was thrown first, under the wrappings of graphql. */
export function causeOf(error: GraphQLError): Error {
  let cause: Error = error
  while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError
  return cause
}

/** Codes of requests that are well-formed as HTTP and as JSON, but whose document or variables are refused. */
const aboutTheDocument = new Set<ErrorCode>([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'LIMIT_EXCEEDED',
  'BAD_USER_INPUT',
  'UNKNOWN_REGION',
  'INVALID_CURSOR',
])

function refusalStatus(answers: readonly Answer[], { reply }: MercuriusContext): number {
  const code = answers[0]?.formatted.extensions.code ?? 'INTERNAL_SERVER_ERROR'
  if (!aboutTheDocument.has(code)) return statusOf(code)
  return negotiateMediaType(reply?.request.headers.accept) === 'application/graphql-response+json' ? 400 : 200
}
