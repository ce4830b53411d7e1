import { randomUUID } from 'node:crypto'
import { flag, oneOfKongs, record, text } from '../declarative/fields.ts'
import { pluginKind } from '../plugin.ts'

const processUuid = randomUUID()
let lastNumber = 0

/** Gives every request an id that its client, the service and the logs can name; a client's own is kept. */
export const correlationId = pluginKind({
  name: 'correlation-id',
  priority: 100_001,
  allowsConsumer: true,
  config: record({
    header_name: text.default('Kong-Request-ID'),
    generator: oneOfKongs(['uuid', 'uuid#counter'], ['tracker']).default('uuid#counter'),
    echo_downstream: flag(false),
  }),
  create({ header_name: header, generator, echo_downstream: isEchoed }) {
    const generate = (): string => (generator === 'uuid' ? randomUUID() : `${processUuid}#${++lastNumber}`)
    return {
      access({ request: { headers }, notes }) {
        const own = headers.get(header)
        const id = own || generate()
        if (!own) headers.set(header, id)
        notes.set('correlation-id', id)
        return undefined
      },
      ...(isEchoed && {
        headers({ request, notes }, { headers }) {
          headers.set(header, notes.get('correlation-id') ?? (request.headers.get(header) || generate()))
        },
      }),
    }
  },
})
