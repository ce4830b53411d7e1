import type { AnswerHeaders, OwnAnswer } from '../exchange.ts'

/** A plugin's own JSON body: without a request id, and with every '/' escaped, as Kong writes it. */
export function jsonAnswer(status: number, value: unknown, headers: AnswerHeaders = []): OwnAnswer {
  const body = JSON.stringify(value).replaceAll('/', '\\/')
  return { kind: 'body', status, body, headers: [['Content-Type', 'application/json; charset=utf-8'], ...headers] }
}

/** Kong's error body, negotiated on Accept, with a request id. */
export function errorAnswer(status: number, message: string, headers: AnswerHeaders = []): OwnAnswer {
  return { kind: 'error', status, message, headers }
}
