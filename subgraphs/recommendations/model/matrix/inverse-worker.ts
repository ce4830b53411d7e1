import { parentPort, workerData } from 'node:worker_threads'
import { barrierOf, type BarrierState } from './barrier.ts'
import { invertShare } from './inverse-steps.ts'

/** What a thread of the inversion gets. */
export interface InverseWork {
  readonly matrix: Float64Array<SharedArrayBuffer>
  readonly scratch: Float64Array<SharedArrayBuffer>
  readonly size: number
  readonly thread: number
  readonly threads: number
  readonly barrier: BarrierState
}

const { matrix, scratch, size, thread, threads, barrier } = workerData as InverseWork // `as`: what inverse.ts passes
invertShare(matrix, scratch, size, { thread, threads, barrier: barrierOf(barrier, threads) })
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of worker_threads has no origin
parentPort?.postMessage('done')
