import { toGlobalId } from '@movieverse/titles/global-id.ts'

/** A title of which this service tells nothing but which one it is and what goes with it. */
export interface MovieSource {
  /** Of `titles`. */
  readonly rowId: number
}

const known = new Map<number, string>()
const knownAtMost = 50_000

/** The opaque id of a title. Remembered: a list of twenty with its reasons names titles four thousand times. */
export function movieIdOf({ rowId }: MovieSource): string {
  const found = known.get(rowId)
  if (found !== undefined) return found
  if (known.size >= knownAtMost) known.clear()
  const id = toGlobalId('Movie', rowId)
  known.set(rowId, id)
  return id
}
