import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { createBarrierState } from './barrier.ts'
import { blockSize, invertShare } from './inverse-steps.ts'
import type { InverseWork } from './inverse-worker.ts'

/** A square matrix in memory that threads share; rows beyond `size` are padding of the identity. */
export interface SquareMatrix {
  readonly size: number
  /** From one row to the next. */
  readonly stride: number
  readonly values: Float64Array<SharedArrayBuffer>
}

/** A matrix of zeros, padded with the identity to whole blocks. */
export function createSquareMatrix(size: number): SquareMatrix {
  const stride = Math.max(1, Math.ceil(size / blockSize)) * blockSize
  const values = sharedNumbers(stride * stride)
  for (let index = size; index < stride; index++) values[index * (stride + 1)] = 1
  return { size, stride, values }
}

/** Below this size starting threads takes longer than they save. */
const worthThreads = 400

/**
 * Replaces a symmetric positive definite matrix, of which the lower triangle is read, by its inverse. Throws a
 * NotPositiveDefiniteError where it is not one. The result is the same for any number of threads.
 */
export async function invertPositiveDefinite(
  { size, stride, values }: SquareMatrix,
  threads: number = Math.min(availableParallelism(), 8),
): Promise<void> {
  const scratch = sharedNumbers(stride * stride)
  if (size < worthThreads || threads < 2) {
    invertShare(values, scratch, stride, { thread: 0, threads: 1, barrier: () => {} })
    return
  }
  const barrier = createBarrierState()
  const workers = Array.from({ length: threads }, (_, thread) => {
    const workerData: InverseWork = { matrix: values, scratch, size: stride, thread, threads, barrier }
    return new Worker(new URL('inverse-worker.ts', import.meta.url), { workerData })
  })
  // The others would wait for one that failed: all end with the first failure.
  try {
    await Promise.all(workers.map((worker) => once(worker, 'message')))
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}

function sharedNumbers(count: number): Float64Array<SharedArrayBuffer> {
  return new Float64Array(new SharedArrayBuffer(count * Float64Array.BYTES_PER_ELEMENT))
}
