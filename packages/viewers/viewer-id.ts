const pattern = /^Viewer:([1-9][0-9]{0,9})$/

/**
 * The opaque id that clients see: base64url of `Viewer:row`. It names nobody at `node(id:)`, and gives no right: whoever
 * asks is answered about themselves alone.
 */
export function toViewerId(id: number): string {
  return Buffer.from(`Viewer:${id}`).toString('base64url')
}

/** The row that an opaque id names, or null where it is not a viewer's, whatever it holds. */
export function fromViewerId(text: string): number | null {
  if (text.length > 64) return null
  const id = Number(pattern.exec(Buffer.from(text, 'base64url').toString('latin1'))?.[1] ?? NaN)
  return Number.isSafeInteger(id) && toViewerId(id) === text ? id : null
}
