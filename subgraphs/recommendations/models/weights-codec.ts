/** The targets of one title with their weights. */
export interface Targets {
  readonly titleIds: Int32Array
  readonly weights: Float32Array
}

const bytesPerTarget = 8

/** Packs targets as base64 of their ids and then their weights, four bytes each, little-endian. */
export function encodeTargets({ titleIds, weights }: Targets): string {
  const bytes = Buffer.alloc(titleIds.length * bytesPerTarget)
  for (const [index, id] of titleIds.entries()) bytes.writeInt32LE(id, index * 4)
  for (const [index, weight] of weights.entries()) bytes.writeFloatLE(weight, (titleIds.length + index) * 4)
  return bytes.toString('base64')
}

/** Unpacks them. Throws a RangeError where the text does not hold whole targets or a weight is not a number. */
export function decodeTargets(text: string): Targets {
  const bytes = Buffer.from(text, 'base64')
  const count = bytes.length / bytesPerTarget
  if (!Number.isInteger(count)) throw new RangeError('packed weights are cut short')
  const titleIds = Int32Array.from({ length: count }, (_, index) => bytes.readInt32LE(index * 4))
  const weights = Float32Array.from({ length: count }, (_, index) => bytes.readFloatLE((count + index) * 4))
  if (weights.some((weight) => !Number.isFinite(weight))) throw new RangeError('a packed weight is not a number')
  return { titleIds, weights }
}
