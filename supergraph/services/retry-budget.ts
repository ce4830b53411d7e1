/** Lets a share of recent calls be sent a second time, so that retries cannot double the load of a service in need. */
export interface RetryBudget {
  /** To be told of every call. */
  deposit(): void
  /** Takes one retry; false where there is none to take. */
  take(): boolean
}

/** Retries per call, in the long run. */
const share = 0.1

/** Retries that may be saved up: what a service with few calls has. */
const savedAtMost = 10

/** A token bucket, full at first. */
export function createRetryBudget(): RetryBudget {
  // In tenths of a retry, since 0.1 has no exact form.
  let tenths = savedAtMost / share
  return {
    deposit() {
      tenths = Math.min(tenths + 1, savedAtMost / share)
    },
    take() {
      const cost = 1 / share
      if (tenths < cost) return false
      tenths -= cost
      return true
    },
  }
}
