/** How many rows a raw statement changed: the drivers tell it in different places. */
export function changedRows(answer: unknown): number {
  const header: unknown = Array.isArray(answer) ? answer[0] : answer
  if (typeof header !== 'object' || header === null) throw new TypeError('not the answer of a statement that writes')
  if ('affectedRows' in header) return Number(header.affectedRows)
  if ('changes' in header) return Number(header.changes)
  throw new TypeError('not the answer of a statement that writes')
}
