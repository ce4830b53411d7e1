import { readArguments, writeArguments } from '../arguments.ts'
import type { Change, RequestChanges } from '../request-transformer.ts'
import { createArgumentChange } from './argument-change.ts'

/** The change of the query that a plugin asks for; undefined for none. The query is written anew, by name. */
export function createQueryChange(changes: RequestChanges): Change | undefined {
  const prepare = createArgumentChange(changes, 'querystring')
  return (
    prepare &&
    ((exchange) => {
      const apply = prepare(exchange)
      return () => {
        const query = readArguments(exchange.request.query)
        apply(query)
        exchange.request.query = writeArguments(query) || undefined
      }
    })
  )
}
