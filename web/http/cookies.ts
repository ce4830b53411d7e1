/** A cookie that only the server reads and that other sites' forms do not send. */
export interface Cookie {
  /** Without a prefix: over https the browser gets `__Host-<name>`, which no other host can set. */
  readonly name: string
  /** Letters, digits, `-` and `_`; the empty string removes the cookie. */
  readonly value: string
  readonly isSecure: boolean
  /** Without it the cookie ends with the browser. */
  readonly maxAgeSeconds?: number
}

/** The `Set-Cookie` header of a cookie. */
export function setCookieOf({ name, value, isSecure, maxAgeSeconds }: Cookie): string {
  const maxAge = value === '' ? 0 : maxAgeSeconds
  return [
    `${cookieName(name, isSecure)}=${value}`,
    'Path=/',
    'HttpOnly',
    'SameSite=Lax',
    ...(isSecure ? ['Secure'] : []),
    ...(maxAge === undefined ? [] : [`Max-Age=${maxAge}`]),
  ].join('; ')
}

/** The value of a cookie that `setCookieOf` made, or null where it is missing or is none of ours. */
export function readCookie(header: string | undefined, name: string, isSecure: boolean): string | null {
  const wanted = `${cookieName(name, isSecure)}=`
  const found = header
    ?.split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(wanted))
  const value = found?.slice(wanted.length) ?? ''
  return /^[\w-]{1,200}$/.test(value) ? value : null
}

function cookieName(name: string, isSecure: boolean): string {
  return isSecure ? `__Host-${name}` : name
}
