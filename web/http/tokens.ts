import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** 256 random bits as 43 letters, digits, `-` and `_`. */
export function randomToken(): string {
  return randomBytes(32).toString('base64url')
}

/** What is stored of a random token, in hexadecimal: enough to find it, useless to whoever reads it. */
export function hashOfToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

/** A text that only who knows the secret can make of the value; `purpose` keeps one use from serving another. */
export function keyedHash(secret: string, purpose: string, value: string): string {
  return createHmac('sha256', secret).update(`${purpose}\0${value}`).digest('hex')
}

/** Whether two texts are equal, in a time that does not tell where they differ. */
export function isSameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
