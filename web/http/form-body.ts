import type { FastifyInstance } from 'fastify'
import { PublicError } from '@movieverse/service/errors.ts'

/** The fields of a form or of a query, each once. */
export type Fields = Readonly<Record<string, string>>

/** The largest form in bytes: the longest fields that any of ours takes, percent-encoded, fit well. */
const formLimitBytes = 16 * 1024

/** Lets the routes of this scope take HTML forms, and nothing else, as `request.body` of type Fields. */
export function acceptForms(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: formLimitBytes },
    async (_request: unknown, body: string | Buffer) => fieldsOf(new URLSearchParams(String(body))),
  )
}

/**
 * The fields of form data. Throws a BAD_REQUEST where a field stands twice, since two readers could then take different
 * ones, or holds a control character.
 */
export function fieldsOf(data: URLSearchParams): Fields {
  const fields: Record<string, string> = Object.create(null)
  for (const [name, value] of data) {
    if (name in fields) throw new PublicError('BAD_REQUEST', `${name} is given twice`)
    if (/[\p{Cc}\p{Cs}]/u.test(name + value)) throw new PublicError('BAD_REQUEST', `${name} holds a control character`)
    fields[name] = value
  }
  return fields
}

/** The query of a request's URL as fields. Throws like `fieldsOf`. */
export function queryOf(url: string): Fields {
  const start = url.indexOf('?')
  return fieldsOf(new URLSearchParams(start === -1 ? '' : url.slice(start + 1)))
}
