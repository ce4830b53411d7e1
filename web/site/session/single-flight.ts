/** Work by key, of which there is never more than one at a time: whoever asks in the meantime gets the same result. */
export interface SingleFlight<Result> {
  run(key: string, work: () => Promise<Result>): Promise<Result>
}

export function createSingleFlight<Result>(): SingleFlight<Result> {
  const running = new Map<string, Promise<Result>>()
  return {
    run(key, work) {
      const known = running.get(key)
      if (known) return known
      const started = work().finally(() => running.delete(key))
      running.set(key, started)
      return started
    },
  }
}
