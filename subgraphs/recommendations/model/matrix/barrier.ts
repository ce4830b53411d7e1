import type { Barrier } from './inverse-steps.ts'

/** What the threads of one barrier share: how many wait, and which round it is. */
export type BarrierState = Int32Array<SharedArrayBuffer>

const [waiting, round] = [0, 1]

/** The state of a new barrier. */
export function createBarrierState(): BarrierState {
  return new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT))
}

/** A barrier for that many threads: the last that comes lets the others go. */
export function barrierOf(state: BarrierState, threads: number): Barrier {
  return () => {
    const current = Atomics.load(state, round)
    if (Atomics.add(state, waiting, 1) + 1 === threads) {
      Atomics.store(state, waiting, 0)
      Atomics.add(state, round, 1)
      Atomics.notify(state, round)
      return
    }
    while (Atomics.load(state, round) === current) Atomics.wait(state, round, current)
  }
}
