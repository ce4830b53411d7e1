/** RFC 5321 allows 64 bytes before the `@` and 254 in all. */
const pattern =
  /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/

/** An e-mail address as accounts are found by it: trimmed, in lower case; null where it is none. */
export function normalizeEmail(given: string): string | null {
  const email = given.trim().toLowerCase()
  return email.length <= 254 && pattern.test(email) ? email : null
}
