import { PublicError } from '@movieverse/service/errors.ts'

export interface QueueOptions {
  /** How many pieces of work run at once. */
  readonly running: number
  /** How many more may wait. */
  readonly waiting: number
}

/** Runs work a few pieces at a time, in order. What would wait behind too many is refused with SERVICE_UNAVAILABLE. */
export function createQueue({
  running,
  waiting,
}: QueueOptions): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let active = 0
  const line: Array<() => void> = []
  return async (work) => {
    if (active >= running) {
      if (line.length >= waiting) throw new PublicError('SERVICE_UNAVAILABLE', 'Too many sign-ins at once; try again')
      // Whoever ends hands its place over, so that nobody can slip in between.
      await new Promise<void>((resolve) => line.push(resolve))
    } else active++
    try {
      return await work()
    } finally {
      const next = line.shift()
      if (next) next()
      else active--
    }
  }
}
