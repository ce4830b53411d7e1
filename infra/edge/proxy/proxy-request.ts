import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import type { EdgeRequest } from '../exchange.ts'
import { HeaderList } from '../header-list.ts'
import { splitPort } from '../routing/host-matcher.ts'
import type { Connection } from './connections.ts'
import type { RequestHead } from './request-head.ts'
import { RequestBody } from './request-body.ts'

const noCaptures: Readonly<Record<string, string>> = {}

/** One request as plugins see it. */
export class ProxyRequest implements EdgeRequest {
  method: string
  readonly rawTarget: string
  readonly rawPath: string
  path: string
  readonly clientPath: string
  query: string | undefined
  readonly isTls: boolean
  /** Whether the peer's forwarding headers are believed. */
  readonly isTrusted: boolean
  readonly scheme: 'http' | 'https'
  readonly peerAddress: string
  readonly clientAddress: string
  readonly headers: HeaderList
  readonly host: string
  /** The client's Connection header, before any plugin could change it. */
  readonly connectionHeader: readonly string[]
  readonly httpVersion: string
  readonly connection: Connection
  /** The port that it came in on. */
  readonly port: number
  captures: Readonly<Record<string, string>> = noCaptures
  /** What was cut off the path; undefined where nothing was. */
  strippedPrefix: string | undefined
  readonly entity: RequestBody
  readonly #authority: string

  constructor(incoming: IncomingMessage, head: RequestHead, connection: Connection, maxBodyBytes: number) {
    this.method = incoming.method ?? 'GET'
    this.rawTarget = head.target
    this.rawPath = head.rawPath
    this.clientPath = head.path
    this.path = head.path
    this.query = head.query
    this.host = head.host
    this.#authority = head.authority
    this.httpVersion = incoming.httpVersion
    this.headers = HeaderList.fromRaw(incoming.rawHeaders)
    this.connectionHeader = this.headers.getAll('connection')
    this.connection = connection
    this.isTls = connection.isTls
    this.isTrusted = connection.isTrusted
    this.port = connection.localPort
    this.peerAddress = connection.remoteAddress
    const own = connection.isTls ? 'https' : 'http'
    const forwarded = connection.isTrusted ? this.headers.get('x-forwarded-proto')?.toLowerCase() : undefined
    this.scheme = forwarded === 'https' || forwarded === 'http' ? forwarded : own
    const realIp = connection.isTrusted ? this.headers.get('x-real-ip') : undefined
    this.clientAddress = realIp !== undefined && isIP(realIp) > 0 ? realIp : connection.remoteAddress
    this.entity = new RequestBody(incoming, head.bodyLength, maxBodyBytes)
  }

  body(): Promise<Buffer> {
    return this.entity.read()
  }

  isBodyLongerThan(limitBytes: number): boolean | Promise<boolean> {
    return this.entity.isLongerThan(limitBytes)
  }

  setBody(body: Buffer): void {
    this.entity.replace(body)
  }

  /** The host that was asked for, without its port; nginx's own name where nobody asked (HTTP/1.0). */
  get forwardedHost(): string {
    return splitPort(this.#authority)[0].toLowerCase() || 'kong'
  }

  get isChunked(): boolean {
    return this.entity.isChunked
  }

  get expectsContinue(): boolean {
    return this.headers.get('expect')?.toLowerCase() === '100-continue'
  }

  get size(): number {
    let size = this.method.length + this.rawTarget.length + ' HTTP/1.1\r\n\r\n'.length + 1
    for (const text of this.headers.toRaw()) size += text.length + 2
    return size + this.entity.received
  }
}
