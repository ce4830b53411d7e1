import { PublicError } from './errors.ts'

/**
 * Events that are pushed in and read as an async iterable. Ending it, from either side, takes effect at once, while a
 * generator function would first wait for the next event.
 */
export class EventStream<Event> implements AsyncGenerator<Event, undefined, undefined> {
  readonly #waiting: Event[] = []
  readonly #readers: Array<PromiseWithResolvers<IteratorResult<Event, undefined>>> = []
  readonly #onEnd: () => void
  readonly #waitingAtMost: number
  #isEnded = false
  #failure: { readonly error: unknown } | undefined

  /**
   * `onEnd` is called once, when no further event is wanted or will come. Where more events wait than a slow reader may
   * have, the stream fails, so that the reader begins anew.
   */
  constructor(onEnd: () => void = () => {}, waitingAtMost = 1000) {
    this.#onEnd = onEnd
    this.#waitingAtMost = waitingAtMost
  }

  push(event: Event): void {
    if (this.#isEnded) return
    const reader = this.#readers.shift()
    if (reader) return reader.resolve({ value: event, done: false })
    if (this.#waiting.length >= this.#waitingAtMost) {
      this.#waiting.length = 0
      return this.fail(new PublicError('LIMIT_EXCEEDED', 'Events came faster than they were read'))
    }
    this.#waiting.push(event)
  }

  /** No more events; those that wait can still be read. */
  end(): void {
    if (this.#isEnded) return
    this.#isEnded = true
    for (const reader of this.#readers.splice(0)) reader.resolve({ value: undefined, done: true })
    this.#onEnd()
  }

  /** No more events: the reader gets the error after those that wait. */
  fail(error: unknown): void {
    if (this.#isEnded) return
    this.#isEnded = true
    const [reader, ...others] = this.#readers.splice(0)
    if (reader) reader.reject(error)
    else this.#failure = { error }
    for (const other of others) other.resolve({ value: undefined, done: true })
    this.#onEnd()
  }

  async next(): Promise<IteratorResult<Event, undefined>> {
    // Not by `undefined`, which may be an event.
    if (this.#waiting.length > 0) return { value: this.#waiting.shift() as Event, done: false }
    if (this.#failure) {
      const { error } = this.#failure
      this.#failure = undefined
      throw error
    }
    if (this.#isEnded) return { value: undefined, done: true }
    const reader = Promise.withResolvers<IteratorResult<Event, undefined>>()
    this.#readers.push(reader)
    return reader.promise
  }

  async return(): Promise<IteratorResult<Event, undefined>> {
    this.#waiting.length = 0
    this.#failure = undefined
    this.end()
    return { value: undefined, done: true }
  }

  async throw(error: unknown): Promise<IteratorResult<Event, undefined>> {
    await this.return()
    throw error
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return()
  }
}

/**
 * Each event of a stream as something else, one after the other; `onEnd` is called once. Ending it ends the source at
 * once, and what is being made of an event then is not told. An error ends it as what `mapError` makes of it.
 */
export function mapEvents<Event, Result>(
  source: AsyncIterable<Event>,
  map: (event: Event) => Promise<Result>,
  onEnd: () => void,
  mapError: (error: unknown) => unknown = (error) => error,
): AsyncGenerator<Result, undefined, undefined> {
  const events = source[Symbol.asyncIterator]()
  const done = { value: undefined, done: true } as const
  let isEnded = false
  const end = (): void => {
    if (isEnded) return
    isEnded = true
    onEnd()
  }
  return {
    async next() {
      try {
        const event = isEnded ? done : await events.next()
        if (!event.done) {
          const value = await map(event.value)
          return isEnded ? done : { value, done: false }
        }
      } catch (error) {
        end()
        throw mapError(error)
      }
      end()
      return done
    },
    async return() {
      end()
      await events.return?.()
      return done
    },
    async throw(error) {
      await this.return(undefined)
      throw error
    },
    [Symbol.asyncIterator]() {
      return this
    },
    async [Symbol.asyncDispose]() {
      await this.return(undefined)
    },
  }
}
