import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import type { Exchange } from '../exchange.ts'
import type { PluginKind } from '../plugin.ts'
import { flag, oneOf, record, text } from '../declarative/fields.ts'

const config = record({
  header_name: text.default('Kong-Request-ID'),
  generator: oneOf('uuid', 'uuid#counter', 'tracker')
    .default('uuid#counter')
    .refine((generator) => generator !== 'tracker', 'the embedded edge makes no tracker ids: run Kong'),
  echo_downstream: flag(false),
})

const processUuid = randomUUID()
let lastNumber = 0

/** Gives every request an id that its client, the service and the logs can name; a client's own is kept. */
export const correlationId: PluginKind<z.output<typeof config>> = {
  name: 'correlation-id',
  priority: 100_001,
  allowsConsumer: true,
  config,
  create({ header_name: header, generator, echo_downstream: isEchoed }) {
    const generate = (): string => (generator === 'uuid' ? randomUUID() : `${processUuid}#${++lastNumber}`)
    const idOf = (exchange: Exchange): string => exchange.request.headers.get(header) || generate()
    return {
      access(exchange) {
        const id = idOf(exchange)
        exchange.request.headers.set(header, id)
        if (isEchoed) exchange.notes.set('correlation-id', id)
        return undefined
      },
      ...(isEchoed && {
        headers(exchange, response) {
          const noted = exchange.notes.get('correlation-id')
          response.headers.set(header, typeof noted === 'string' ? noted : idOf(exchange))
        },
      }),
    }
  },
}
