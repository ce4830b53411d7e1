import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { HeaderList } from '../header-list.ts'
import type { Connection } from './connections.ts'
import { RequestBody } from './request-body.ts'
import type { RequestHead } from './request-head.ts'

/** A request on its way through the edge. Plugins of the access phase may change what is sent on. */
export class EdgeRequest {
  /** As sent; a plugin may change it. */
  method: string
  /** As it goes to the service: normalised, stripped, joined to the service's path. A plugin may change it. */
  path: string
  /** Without '?', as sent; undefined where there is no '?'. A plugin may change it. */
  query: string | undefined
  /** The client's; a plugin may change them. Those that end at this hop are left out when the service is asked. */
  readonly headers: HeaderList
  readonly body: RequestBody
  /** As the client sent it. */
  readonly head: RequestHead
  readonly connection: Connection
  /** The client's first Connection header, before any plugin could change it. */
  readonly connectionHeader: string | undefined
  readonly httpVersion: string
  /** X-Forwarded-Proto of a trusted peer as it stands, else the connection's scheme. */
  readonly forwardedProto: string
  /** The client's scheme: the forwarded one where it is one, else that of the connection. */
  readonly scheme: 'http' | 'https'
  /** A trusted peer's X-Real-IP where there is one, else the peer's. */
  readonly clientAddress: string
  /** Captures of the route's regex path. */
  captures: Readonly<Record<string, string>> = {}
  /** What was cut off the path; undefined where nothing was. */
  strippedPrefix: string | undefined = undefined

  constructor(incoming: IncomingMessage, head: RequestHead, connection: Connection, maxBodyBytes: number) {
    this.method = incoming.method ?? 'GET'
    this.path = head.path
    this.query = head.query
    this.headers = HeaderList.fromRaw(incoming.rawHeaders)
    this.body = new RequestBody(incoming, head.bodyLength, maxBodyBytes)
    this.head = head
    this.connection = connection
    this.connectionHeader = this.headers.get('connection')
    this.httpVersion = incoming.httpVersion
    const own = connection.isTls ? 'https' : 'http'
    this.forwardedProto = this.believed('x-forwarded-proto') ?? own
    const forwarded = this.forwardedProto.toLowerCase()
    this.scheme = forwarded === 'https' || forwarded === 'http' ? forwarded : own
    this.clientAddress = addressIn(this.believed('x-real-ip')) ?? connection.remoteAddress
  }

  /** What a trusted peer says in a header. */
  believed(name: string): string | undefined {
    return this.connection.isTrusted ? this.headers.get(name) : undefined
  }

  /** The host that was asked for, in nginx's spelling: no port, no last dot; its own name where there is none (HTTP/1.0). */
  get forwardedHost(): string {
    const host = /^(?:\[[^\]]*\]|[^:]*?)(?=\.?(?::|$))/.exec(this.head.authority)?.[0] ?? ''
    return this.believed('x-forwarded-host') ?? (host.toLowerCase() || 'kong')
  }

  get expectsContinue(): boolean {
    return this.headers.get('expect')?.toLowerCase() === '100-continue'
  }

  /** Length in bytes of line, headers and body as received (Kong's `request.size`). */
  get size(): number {
    let size = this.method.length + this.head.target.length + ' HTTP/1.1\r\n\r\n'.length + 1
    for (const text of this.headers.toRaw()) size += text.length + 2
    return size + this.body.received
  }
}

/** The last address of a header, without its port, as nginx' realip module reads it. */
function addressIn(header: string | undefined): string | undefined {
  if (header === undefined) return undefined
  const last = /[^\s,]*$/.exec(header)?.[0] ?? ''
  const bare = isIP(last) > 0 ? last : last.replace(/^\[?(.*?)\]?(?::\d+)?$/, '$1')
  return isIP(bare) > 0 ? bare : undefined
}
