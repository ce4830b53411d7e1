import { writeJson } from './json-fields.ts'

export type AnswerHeaders = ReadonlyArray<readonly [name: string, value: string]>

/** An answer that the edge makes itself. */
export type OwnAnswer =
  /** Kong's error body, negotiated on Accept, with a request id. */
  | { readonly kind: 'error'; readonly status: number; readonly message: string; readonly headers?: AnswerHeaders }
  /** A plugin's own body: sent as it is. */
  | { readonly kind: 'body'; readonly status: number; readonly body: string | Buffer; readonly headers?: AnswerHeaders }
  /** The service's answer out of a cache, with its headers as stored and those of a proxied answer. */
  | { readonly kind: 'cached'; readonly status: number; readonly body: Buffer; readonly headers: AnswerHeaders }

/** What a step may answer: at once where it can. */
export type MaybeAnswer = OwnAnswer | undefined | Promise<OwnAnswer | undefined>

/** A plugin's own JSON body: without a request id. */
export function jsonAnswer(status: number, value: unknown, headers: AnswerHeaders = []): OwnAnswer {
  const body = writeJson(value)
  return { kind: 'body', status, body, headers: [['Content-Type', 'application/json; charset=utf-8'], ...headers] }
}

export function errorAnswer(status: number, message: string, headers: AnswerHeaders = []): OwnAnswer {
  return { kind: 'error', status, message, headers }
}
