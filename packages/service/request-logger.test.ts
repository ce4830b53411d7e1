import { Writable } from 'node:stream'
import fastify, { type FastifyInstance } from 'fastify'
import { expect, test } from 'vitest'
import { createRequestLogger } from './request-logger.ts'
import { traceIdOf } from './request-trace.ts'

interface Line {
  readonly level: number
  readonly msg: string
  readonly reqId?: string
  readonly step?: number
}

/** An app with this log level, and the lines that it has logged. */
function loggingApp(level: string): { app: FastifyInstance; lines: Line[] } {
  const lines: Line[] = []
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      // `as`: pino writes one JSON object a line.
      lines.push(JSON.parse(chunk.toString()) as Line)
      done()
    },
  })
  const app = fastify({ logger: { level, stream }, genReqId: () => 'id-7', childLoggerFactory: createRequestLogger })
  return { app, lines }
}

test('lines of a request carry its id, those of its own children too', async () => {
  const { app, lines } = loggingApp('info')
  app.get('/', async (request) => {
    request.log.warn({ step: 1 }, 'one')
    request.log.child({ step: 2 }).error('two')
    request.log.debug('not asked for')
    return {}
  })
  await app.inject('/')
  await app.close()
  expect(lines.filter(({ msg }) => msg === 'one' || msg === 'two' || msg === 'not asked for')).toMatchObject([
    { level: 40, reqId: 'id-7', step: 1, msg: 'one' },
    { level: 50, reqId: 'id-7', step: 2, msg: 'two' },
  ])
})

test('lines of a request carry the trace of its traceparent, else its request id where that is a UUID', () => {
  const trace = '0af7651916cd43dd8448eb211c80319c'
  const uuid = '3f2b8c1e-5a6d-4e7f-8a9b-0c1d2e3f4a5b'
  expect(traceIdOf({ traceparent: `00-${trace}-b7ad6b7169203331-01` }, uuid)).toBe(trace)
  expect(traceIdOf({ traceparent: `00-${'0'.repeat(32)}-b7ad6b7169203331-01` }, uuid)).toBe(uuid.replaceAll('-', ''))
  expect(traceIdOf({ traceparent: 'nonsense' }, 'id-7')).toBeUndefined()
  expect(traceIdOf({}, uuid)).toBe(uuid.replaceAll('-', ''))
})

test('a route may have a level of its own, below the server’s', async () => {
  const { app, lines } = loggingApp('warn')
  app.get('/', { logLevel: 'debug' }, async (request) => {
    request.log.debug('told')
    return {}
  })
  await app.inject('/')
  await app.close()
  expect(lines.map(({ msg }) => msg)).toContain('told')
})
