import type { IncomingMessage } from 'node:http'
import type { FastifyBaseLogger } from 'fastify'
import { traceIdOf } from './request-trace.ts'

type Bindings = Parameters<FastifyBaseLogger['child']>[0]
type ChildOptions = Parameters<FastifyBaseLogger['child']>[1]
type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal'

/** What a logger may know of itself besides Fastify's own type; pino's does. */
type Parent = FastifyBaseLogger & { readonly isLevelEnabled?: (level: string) => boolean }

/**
 * Fastify's childLoggerFactory: the logger of a request, with its id and its trace's, which is made when there is a line to write. Most
 * requests write none, and pino compiles redaction and serializers into every child.
 */
export function createRequestLogger(
  parent: Parent,
  bindings: Bindings,
  options?: ChildOptions,
  request?: Pick<IncomingMessage, 'headers'>,
): FastifyBaseLogger {
  return new RequestLogger(parent, bindings, options, request)
}

class RequestLogger implements FastifyBaseLogger {
  readonly #parent: Parent
  readonly #bindings: Bindings
  readonly #options: ChildOptions
  readonly #request: Pick<IncomingMessage, 'headers'> | undefined
  #made: FastifyBaseLogger | undefined

  constructor(parent: Parent, bindings: Bindings, options: ChildOptions, request?: Pick<IncomingMessage, 'headers'>) {
    this.#parent = parent
    this.#bindings = bindings
    this.#options = options
    this.#request = request
  }

  get level(): string {
    return this.#own.level
  }

  set level(level: string) {
    this.#own.level = level
  }

  get #own(): FastifyBaseLogger {
    return (this.#made ??= this.#parent.child(this.#traced(), this.#options))
  }

  #traced(): Bindings {
    const { reqId } = this.#bindings
    const traceId = this.#request && traceIdOf(this.#request.headers, typeof reqId === 'string' ? reqId : '')
    return traceId === undefined ? this.#bindings : { ...this.#bindings, traceId }
  }

  child(bindings: Bindings, options?: ChildOptions): FastifyBaseLogger {
    return this.#own.child(bindings, options)
  }

  trace(...line: unknown[]): void {
    this.#log('trace', line)
  }

  debug(...line: unknown[]): void {
    this.#log('debug', line)
  }

  info(...line: unknown[]): void {
    this.#log('info', line)
  }

  warn(...line: unknown[]): void {
    this.#log('warn', line)
  }

  error(...line: unknown[]): void {
    this.#log('error', line)
  }

  fatal(...line: unknown[]): void {
    this.#log('fatal', line)
  }

  silent(): void {}

  #log(level: Level, line: unknown[]): void {
    if (!this.#made && !this.#options?.level && this.#parent.isLevelEnabled?.(level) === false) return
    const logger = this.#own
    // `as`: the line is what the caller of the method of this name gave, which the type of the method checked.
    logger[level](...(line as [object, string]))
  }
}
