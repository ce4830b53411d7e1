// A subgraph that fails as it is told: `node faulty-subgraph.ts <url>` stands before the subgraph at that URL and passes
// its answers on. Its parent sends the name of a fault over the IPC channel, and gets back what was reached.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What it does with requests: `right` passes them on, `mixed` three of five, `refuse` closes the port. */
export type Fault = 'right' | 'refuse' | 'hang' | 'slow' | 'failing' | 'garbage' | 'huge' | 'reset' | 'mixed'

/** What the program tells its parent, at first and after every change. */
export interface FaultyState {
  readonly port: number
  readonly fault: Fault
  /** Requests that were not answered right, so far. */
  readonly faults: number
}

/** The faults that cost neither side any time. */
const quick: readonly Fault[] = ['reset', 'failing', 'garbage', 'huge']
const filler = 'x'.repeat(64 * 1024)

type Misanswer = (response: ServerResponse) => void

const misanswers: Readonly<Record<Exclude<Fault, 'right' | 'mixed' | 'refuse'>, Misanswer>> = {
  hang: () => {},
  // A byte now and then, and never the last one.
  slow(response) {
    const timer = setInterval(() => response.write(' '), 50)
    response.on('close', () => clearInterval(timer))
  },
  failing: (response) => response.writeHead(500).end(),
  garbage: (response) => response.end('<html>\0 not GraphQL'),
  huge(response) {
    response.on('drain', () => fill(response))
    response.write('{"data":{"genres":"')
    fill(response)
  },
  reset: (response) => void response.socket?.resetAndDestroy(),
}

/** Writes as fast as it is read, for as long as somebody reads. */
function fill(response: ServerResponse): void {
  while (!response.destroyed && response.write(filler));
}

function serveFaults(upstream: string): void {
  let fault: Fault = 'right'
  let port = 0
  let faults = 0
  let turn = 0
  const rightAnswers = new Map<string, string>()
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await Array.fromAsync(request, String).then((chunks) => chunks.join(''))
    const asked = fault === 'mixed' ? nextOfMixture(turn++) : fault
    if (asked !== 'right' && asked !== 'refuse' && asked !== 'mixed') {
      faults += 1
      return misanswers[asked](response)
    }
    try {
      const answer = rightAnswers.get(body) ?? (await askUpstream(upstream, body, request.headers))
      rightAnswers.set(body, answer)
      response.setHeader('content-type', 'application/json').end(answer)
    } catch {
      response.destroy()
    }
  }
  const server = createServer((request, response) => void handle(request, response))
  const tell = (): void => void process.send?.({ port, fault, faults } satisfies FaultyState)
  const listen = (): void =>
    void server.listen(port, '127.0.0.1', () => {
      // A server on a TCP port has this form of address.
      port = (server.address() as AddressInfo).port
      tell()
    })
  process.on('message', (next: Fault) => {
    fault = next
    if (fault === 'refuse') {
      server.close(tell)
      server.closeAllConnections()
    } else if (server.listening) {
      // Who still waits for the last fault to end would wait for ever.
      server.closeAllConnections()
      tell()
    } else listen()
  })
  process.on('disconnect', () => process.exit())
  listen()
}

/** Two faults in five requests: fewer than those at which a breaker gives up. */
function nextOfMixture(turn: number): Fault {
  const place = turn % 5
  return place % 2 === 0 ? 'right' : (quick[Math.floor(turn / 2) % quick.length] ?? 'right')
}

async function askUpstream(url: string, body: string, headers: NodeJS.Dict<string | string[]>): Promise<string> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-service-secret': String(headers['x-service-secret']) },
    body,
  })
  return answer.text()
}

if (import.meta.main) serveFaults(process.argv[2] ?? '')
