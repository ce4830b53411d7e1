import type { FastifyInstance } from 'fastify'

/** A message of the protocol graphql-transport-ws. */
export interface ProtocolMessage {
  readonly type: string
  readonly id?: string
  readonly payload?: unknown
}

/** A client's end of a WebSocket, message by message. */
export interface TestSocket extends Disposable {
  send(message: unknown): void
  /** The next message; rejects where the connection ends before. */
  receive(): Promise<ProtocolMessage>
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>
}

/** Connects to a listening app's `/graphql`; introduces itself and waits for the answer unless `init` is false. */
export async function openSocket(app: FastifyInstance, options: SocketOptions = {}): Promise<TestSocket> {
  return openSocketAt(app.listeningOrigin, options)
}

export interface SocketOptions {
  readonly headers?: Record<string, string>
  readonly init?: object | false
  /** Where the endpoint is, with a query if need be; `/graphql` unless it is given. */
  readonly path?: string
}

/** The same for a server of any process, by its origin. */
export async function openSocketAt(
  origin: string,
  { headers = {}, init = {}, path = '/graphql' }: SocketOptions = {},
): Promise<TestSocket> {
  // `as`: Node's WebSocket takes headers, which the DOM's types do not know.
  const options = { protocols: 'graphql-transport-ws', headers } as unknown as string
  const socket = new WebSocket(`${origin.replace('http', 'ws')}${path}`, options)
  const messages: ProtocolMessage[] = []
  const readers: Array<PromiseWithResolvers<ProtocolMessage>> = []
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.addEventListener('close', ({ code, reason }) => {
      resolve({ code, reason })
      for (const reader of readers) reader.reject(new Error(`the connection ended with ${code} ${reason}`))
    })
  })
  socket.addEventListener('message', ({ data }) => {
    const message: ProtocolMessage = JSON.parse(String(data))
    const reader = readers.shift()
    if (reader) reader.resolve(message)
    else messages.push(message)
  })
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve)
    socket.addEventListener('error', () => reject(new Error('no WebSocket')))
  })
  const opened: TestSocket = {
    closed,
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    async receive() {
      const known = messages.shift()
      if (known) return known
      const reader = Promise.withResolvers<ProtocolMessage>()
      readers.push(reader)
      return reader.promise
    },
    [Symbol.dispose]: () => socket.close(),
  }
  if (init !== false) {
    opened.send({ type: 'connection_init', payload: init })
    await opened.receive()
  }
  return opened
}
