import type { z } from 'zod'
import type { EdgeRequest, Exchange, OwnAnswer } from '../exchange.ts'
import type { PluginKind } from '../plugin.ts'
import { readArguments } from './arguments.ts'
import { bodyParameters, parametersOf } from './body-parameters.ts'
import { between, flag, record, refuse, text } from './fields.ts'
import { headersForLog, routeForLog, serviceForLog } from './log-entities.ts'
import { jsonAnswer } from './own-answers.ts'

const config = record({
  status_code: between(100, 599).default(503),
  message: text().optional(),
  content_type: text().optional(),
  body: text().optional(),
  echo: flag(false),
  trigger: text().optional(),
}).superRefine(({ message, content_type, body, echo }, context) => {
  if (message && (content_type || body)) refuse(context, 'message cannot be used with content_type or body')
  if (content_type && !body) refuse(context, 'content_type requires a body')
  if (echo && (content_type || body)) refuse(context, 'echo cannot be used with content_type and body')
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
    const message = settings.message ?? defaultMessages[status]
    const answer = body === undefined ? messageAnswer(status, message) : bodyAnswer(status, body, settings.content_type)
    return {
      access(exchange) {
        if (trigger !== undefined && !carries(exchange.request, trigger)) return undefined
        return settings.echo ? echoOf(exchange, status, message) : answer
      },
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

async function echoOf({ request, route, service }: Exchange, status: number, message?: string): Promise<OwnAnswer> {
  const body = await request.body()
  return jsonAnswer(status, {
    message,
    request: {
      scheme: request.scheme,
      host: request.host.replace(/:\d+$/, ''),
      port: request.connection.localPort,
      headers: headersForLog(request.headers),
      query: parametersOf(readArguments(request.query)),
      body: await bodyParameters(request),
      raw_body: body.toString(),
      method: request.method,
      path: request.clientPath,
    },
    matched_route: route && routeForLog(route),
    matched_service: service && serviceForLog(service),
  })
}
