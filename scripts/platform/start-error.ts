/** A start that failed for a reason that the reader can do something about: one line, no stack. */
export class StartError extends Error {
  override readonly name = 'StartError'
}
