import type { ServerResponse } from 'node:http'

/** What is told of a cancellation: a function, or an object, which spares a closure. */
export type CancellationListener = (() => void) | { handleEvent(): void }

/** Tells that something is not waited for any more; an AbortSignal is one. */
export interface Cancellation {
  readonly aborted: boolean
  addEventListener(type: 'abort', listener: CancellationListener): void
  removeEventListener(type: 'abort', listener: CancellationListener): void
}

/**
 * Aborted when the client goes before its answer is complete. Every request has one and few are ever aborted, so it is
 * a list of functions and not an AbortSignal, whose listeners stood out in profiles.
 */
export class HangUp implements Cancellation {
  #isAborted = false
  /** A handful at most. */
  readonly #listeners: CancellationListener[] = []

  constructor(response: ServerResponse) {
    response.on('close', () => {
      if (!response.writableFinished) this.#abort()
    })
  }

  get aborted(): boolean {
    return this.#isAborted
  }

  addEventListener(_type: 'abort', listener: CancellationListener): void {
    this.#listeners.push(listener)
  }

  removeEventListener(_type: 'abort', listener: CancellationListener): void {
    const index = this.#listeners.indexOf(listener)
    if (index !== -1) this.#listeners.splice(index, 1)
  }

  #abort(): void {
    this.#isAborted = true
    // All are taken off at once: they would take themselves off as they are called.
    for (const listener of this.#listeners.splice(0)) {
      if (typeof listener === 'function') listener()
      else listener.handleEvent()
    }
  }
}
