import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { send } from '../edge/support/send.ts'

export interface SlowNetwork extends AsyncDisposable {
  readonly url: string
}

export interface SlowNetworkOptions {
  /** Where the website is. */
  readonly origin: string
  /** What vouches for it, where it speaks https. */
  readonly ca?: string
  /** The cookies of whoever looks at it. */
  readonly cookie?: string
  /** As for a browser that paints what is there of a page: older ones know no link that asks them to wait. */
  readonly paintsAtOnce?: boolean
}

/** Between two parts of a document, and before the last one, which is the state that the browser goes on from. */
const pauseMs = 30
const lastPauseMs = 500

/**
 * A network that brings scripts at once and documents part by part, cut before every part of a page: whatever a browser
 * may do with half a document it does. What changes while one looks at a page is not brought.
 */
export async function startSlowNetwork({
  origin,
  ca,
  cookie,
  paintsAtOnce = false,
}: SlowNetworkOptions): Promise<SlowNetwork> {
  const answer = async (path: string, reply: ServerResponse): Promise<void> => {
    if (path.startsWith('/site/live')) return void reply.writeHead(204).end()
    const got = await send(origin, { method: 'GET', path, headers: cookie ? [['Cookie', cookie]] : [] }, ca)
    const type = got.headers['content-type'] ?? ''
    const policy = String(got.headers['content-security-policy'] ?? '')
    reply.writeHead(got.status, { 'content-type': type, 'content-security-policy': policy })
    const parts = type.startsWith('text/html') ? partsOf(got.text, paintsAtOnce) : []
    for (const part of parts) {
      reply.write(part)
      await pause(part === parts.at(-2) ? lastPauseMs : pauseMs)
    }
    reply.end(parts.length === 0 ? got.text : undefined)
  }
  const server = createServer((request, reply) => {
    answer(request.url ?? '/', reply).catch((error: unknown) =>
      reply.destroy(error instanceof Error ? error : undefined),
    )
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  // `as`: a server that listens on a port has an address with one.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => void server.close(resolve))
    },
  }
}

function partsOf(html: string, paintsAtOnce: boolean): string[] {
  const document = paintsAtOnce ? html.replace(/<link rel="expect"[^>]*>/, '') : html
  return document.split(
    /(?=<(?:body|header|form|nav|main|h1|h2|section|fieldset|table|ul|footer|script type="application)\b)/,
  )
}
