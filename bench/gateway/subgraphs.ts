import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createLocalSubgraph } from '../../supergraph/fixtures/local-subgraph.ts'
import { fixtures } from './fixtures.ts'

/*
 * The fixture subgraphs in one process, each on a port of its own, told to the parent by IPC. They are as light as can
 * be, so that gateways are what is measured: graphql-js answers a body the first time, a map of bytes every other time.
 */

/** Longer than any gateway is left alone, so that none meets a connection that is just being closed. */
const keepAliveTimeout = 600_000

async function startSubgraph(fixture: (typeof fixtures)[number]): Promise<number> {
  const subgraph = createLocalSubgraph(fixture.name, fixture.sdl, fixture.resolvers)
  const answers = new Map<string, Promise<Buffer>>()
  const answerOf = async (body: string): Promise<Buffer> => Buffer.from(JSON.stringify(await subgraph.answer(body)))
  const server = createServer({ keepAliveTimeout }, (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      let answer = answers.get(body)
      if (!answer) answers.set(body, (answer = answerOf(body)))
      answer.then(
        (bytes) =>
          response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length }).end(bytes),
        (error: unknown) => response.writeHead(500).end(String(error)),
      )
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A server on a TCP port has this form of address.
  return (server.address() as AddressInfo).port
}

const ports: Record<string, number> = {}
for (const fixture of fixtures) ports[fixture.name] = await startSubgraph(fixture)
process.send?.(ports)
process.on('disconnect', () => process.exit(0))
