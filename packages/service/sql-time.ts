/**
 * Times cross the SQL border as UTC text `YYYY-MM-DD HH:MM:SS.mmm`, dates as `YYYY-MM-DD`: the one form that
 * MySQL's DATETIME(3) and SQLite's text store and order alike.
 */
export function toSqlTime(time: Date): string {
  return time.toISOString().replace('T', ' ').replace('Z', '')
}

/** The moment that a stored UTC text names. Throws a RangeError where the text is not a time. */
export function fromSqlTime(text: string): Date {
  const time = new Date(`${text.replace(' ', 'T')}Z`)
  if (Number.isNaN(time.getTime())) throw new RangeError(`not a stored time: ${text}`)
  return time
}
