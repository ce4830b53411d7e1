import { z } from 'zod'
import { edgeCaFileOf, type WebConfig } from '../../config.ts'
import { createEdgeConnections, type EdgeConnections } from '../../http/edge-connections.ts'
import { PageError } from '../page-error.ts'
import { parametersOf, type AuthorizationRequest } from './authorization-request.ts'

/** The edge may take so long to answer before the visitor is told that it does not. */
const timeoutMs = 5000

const answerSchema = z.object({ redirect_uri: z.string() })

/** What the edge said to an app's being let in. */
export interface EdgeAnswer {
  /** Where to send the browser: the app's address, with a code or with the edge's own objection. */
  readonly location: string
  readonly hasCode: boolean
}

export interface EdgeClient {
  /** Tells the edge that somebody lets an app in. Throws a PageError where it does not answer, or not as Kong does. */
  authorize(request: AuthorizationRequest, accountId: string): Promise<EdgeAnswer>
  close(): Promise<void>
}

type EdgeConfig = Pick<WebConfig, 'EDGE_TLS_URL' | 'EDGE_CA_FILE' | 'PROVISION_KEY' | 'NODE_ENV'>

/** Speaks with the edge's `/oauth2/authorize` over https; its certificate is checked, and read again when it changes. */
export function createEdgeClient(config: EdgeConfig): EdgeClient {
  const endpoint = new URL('/oauth2/authorize', config.EDGE_TLS_URL)
  const connections = createEdgeConnections(edgeCaFileOf(config), { timeoutMs, maxAnswerBytes: 64 * 1024 })
  return {
    async authorize(request, accountId) {
      const form = new URLSearchParams({
        ...parametersOf(request),
        provision_key: config.PROVISION_KEY,
        authenticated_userid: accountId,
      })
      const answer = await ask(connections, endpoint, form)
      const location = answerSchema.safeParse(answer).data?.redirect_uri
      if (location === undefined || !isSameAddress(location, request.redirectUri))
        throw new PageError('edgeRefused', { cause: new Error(`the edge answered ${summaryOf(answer)}`) })
      return { location, hasCode: new URL(location).searchParams.has('code') }
    },
    close: () => connections.close(),
  }
}

async function ask(connections: EdgeConnections, { origin, pathname }: URL, form: URLSearchParams): Promise<unknown> {
  try {
    const dispatcher = await connections.current()
    const { body } = await dispatcher.request({
      origin,
      path: pathname,
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: form.toString(),
      signal: AbortSignal.timeout(timeoutMs),
    })
    return await body.json()
  } catch (cause) {
    throw new PageError('edgeDown', { cause })
  }
}

/** Whether a location is the registered address with nothing but more in its query. */
function isSameAddress(location: string, redirectUri: string): boolean {
  if (!URL.canParse(location)) return false
  const [given, registered] = [new URL(location), new URL(redirectUri)]
  return given.origin === registered.origin && given.pathname === registered.pathname && given.username === ''
}

/** For the log: the edge's error, never a code or a token. */
function summaryOf(answer: unknown): string {
  const { error } = z.object({ error: z.string() }).safeParse(answer).data ?? {}
  return error === undefined ? 'without a redirect_uri of the app' : JSON.stringify(error)
}
