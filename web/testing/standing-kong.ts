import { createServer, type Server } from 'node:https'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { generate } from 'selfsigned'
import { createStandingTokens, type Answer, type StandingTokens } from './standing-tokens.ts'

/** A server that answers `/oauth2/…` and `/graphql` as Kong was recorded to; it stands for Kong, which is not our code. */
export interface StandingKong extends AsyncDisposable {
  readonly url: string
  /** Its certificate in PEM. */
  readonly certificate: string
  /** The forms that `/oauth2/authorize` was sent. */
  readonly asked: Array<Record<string, string>>
  readonly tokens: StandingTokens
  /** Answers the next requests with this instead; without arguments as before. */
  answer(status?: number, body?: unknown): void
  /** Stops answering at all. */
  stop(): Promise<void>
}

export async function startStandingKong(provisionKey: string): Promise<StandingKong> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  })
  const asked: Array<Record<string, string>> = []
  const tokens = createStandingTokens()
  let other: Answer | undefined
  const answerTo = async (request: IncomingMessage): Promise<Answer> => {
    const sent = await text(request)
    if (other) return other
    if (request.url === '/graphql') return tokens.graphql(request.headers)
    const form = Object.fromEntries(new URLSearchParams(sent))
    if (request.url === '/oauth2/token') return tokens.token(form)
    asked.push(form)
    return kongsAnswer(request, form, provisionKey)
  }
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { status, body } = await answerTo(request)
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
    response.end(JSON.stringify(body))
  }
  const server: Server = createServer({ cert, key }, (request, response) => void answer(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  const stop = async (): Promise<void> => {
    if (!server.listening) return
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  return {
    url: `https://localhost:${port}`,
    certificate: cert,
    asked,
    tokens,
    answer: (status, body) => void (other = status === undefined ? undefined : { status, body }),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

function kongsAnswer({ method, url }: IncomingMessage, form: Record<string, string>, provisionKey: string): Answer {
  if (method !== 'POST' || url !== '/oauth2/authorize') return { status: 404, body: { message: 'no Route matched' } }
  if (form.provision_key !== provisionKey)
    return { status: 400, body: { error: 'invalid_provision_key', error_description: 'Invalid provision_key' } }
  if (!form.authenticated_userid)
    return { status: 400, body: { error: 'invalid_authenticated_userid', error_description: 'Missing parameter' } }
  const location = new URL(form.redirect_uri ?? '')
  location.searchParams.set('code', 'RRnZtV0jkb8DvGFqmFtTWmnYQcVwOmQf')
  if (form.state !== undefined) location.searchParams.set('state', form.state)
  return { status: 200, body: { redirect_uri: location.href } }
}
