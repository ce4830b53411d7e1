import type { z } from 'zod'
import type { EdgeRequest, OwnAnswer } from '../exchange.ts'
import type { PluginKind } from '../plugin.ts'
import { readArguments } from './arguments.ts'
import { between, kongOnly, record, refuse, text } from '../declarative/fields.ts'
import { jsonAnswer } from './own-answers.ts'

const config = record({
  status_code: between(100, 599).default(503),
  message: text.optional(),
  content_type: text.optional(),
  body: text.optional(),
  ...kongOnly('echo'),
  trigger: text.optional(),
}).superRefine(({ message, content_type, body }, context) => {
  if (message && (content_type || body)) refuse(context, 'message cannot be used with content_type or body')
  if (content_type && !body) refuse(context, 'content_type requires a body')
})

const defaultMessages: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  404: 'Not found',
  405: 'Method not allowed',
  500: 'An unexpected error occurred',
  502: 'Bad Gateway',
  503: 'Service unavailable',
}

/** Ends requests with an answer of its own, all of them or those that carry the trigger. */
export const requestTermination: PluginKind<z.output<typeof config>> = {
  name: 'request-termination',
  priority: 2,
  allowsConsumer: true,
  config,
  create(settings) {
    const { status_code: status, body, trigger } = settings
    const answer =
      body === undefined
        ? messageAnswer(status, settings.message ?? defaultMessages[status])
        : bodyAnswer(status, body, settings.content_type)
    return {
      access: ({ request }) => (trigger === undefined || carries(request, trigger) ? answer : undefined),
    }
  },
}

function carries({ headers, query }: EdgeRequest, trigger: string): boolean {
  return headers.has(trigger) || readArguments(query).has(trigger)
}

function messageAnswer(status: number, message: string | undefined): OwnAnswer {
  return message === undefined ? { kind: 'body', status, body: '' } : jsonAnswer(status, { message })
}

function bodyAnswer(status: number, body: string, type = 'application/json; charset=utf-8'): OwnAnswer {
  const needsCharset = type.startsWith('text/') && !type.includes('charset')
  return { kind: 'body', status, body, headers: [['Content-Type', needsCharset ? `${type}; charset=UTF-8` : type]] }
}
