/** The types that `node(id:)` can answer with, and Region data never: a viewer has no global id. */
export type NodeType = 'Movie' | 'Person'

const pattern = /^(Movie|Person):([1-9][0-9]{0,8})$/

/** The opaque id that clients see: base64url of `Type:row`. */
export function toGlobalId(type: NodeType, id: number): string {
  return Buffer.from(`${type}:${id}`).toString('base64url')
}

/** What an opaque id names, or null where it is not one of ours, whatever it holds. */
export function fromGlobalId(text: string): { type: NodeType; id: number } | null {
  if (text.length > 64) return null
  const match = pattern.exec(Buffer.from(text, 'base64url').toString('latin1'))
  if (!match || toGlobalId(match[1] as NodeType, Number(match[2])) !== text) return null // `as`: the pattern's own words
  return { type: match[1] as NodeType, id: Number(match[2]) }
}
