import { between, headerName, kongOnly, record, refuse, text } from '../declarative/fields.ts'
import { jsonAnswer, type OwnAnswer } from '../own-answer.ts'
import { pluginKind } from '../plugin.ts'
import { Arguments } from './arguments.ts'

const defaultMessages: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  404: 'Not found',
  405: 'Method not allowed',
  500: 'An unexpected error occurred',
  502: 'Bad Gateway',
  503: 'Service unavailable',
}

/** Ends requests with an answer of its own, all of them or those that carry the trigger in a header or the query. */
export const requestTermination = pluginKind({
  name: 'request-termination',
  priority: 2,
  allowsConsumer: true,
  config: record({
    status_code: between(100, 599).default(503),
    message: text.optional(),
    content_type: text.optional(),
    body: text.optional(),
    trigger: headerName.optional(),
    ...kongOnly('echo'),
  }).superRefine(({ message, content_type, body }, context) => {
    if (message && (content_type || body)) refuse(context, 'message cannot be used with content_type or body')
    if (content_type && !body) refuse(context, 'content_type requires a body')
  }),
  create({ status_code: status, message = defaultMessages[status], body, content_type: type, trigger }) {
    const answer = body === undefined ? messageAnswer(status, message) : bodyAnswer(status, body, type)
    if (trigger === undefined) return { access: () => answer }
    return {
      access: ({ request: { headers, query } }) =>
        headers.has(trigger) || Arguments.read(query).has(trigger) ? answer : undefined,
    }
  },
})

function messageAnswer(status: number, message: string | undefined): OwnAnswer {
  return message === undefined ? { kind: 'body', status, body: '' } : jsonAnswer(status, { message })
}

function bodyAnswer(status: number, body: string, type = 'application/json; charset=utf-8'): OwnAnswer {
  return { kind: 'body', status, body, headers: [['Content-Type', type]] }
}
