import { isIP } from 'node:net'

/** What Kong says of a text that is no host name or address, with a port or without; undefined where it is one. */
export function addressProblem(text: string): string | undefined {
  const [, bracketed, plain = '', port = '0'] = /^(?:\[(.*)\]|([^:]*))(?::(.*))?$/.exec(text) ?? []
  const isAddress = isIP(text) > 0 || isIP(bracketed ?? plain) > 0
  if (!isAddress && !/^(?=.{1,253}$)[\w-]+(\.[\w-]+)*\.?$/.test(plain)) return `invalid hostname: ${text}`
  return isIP(text) === 0 && (!/^\d+$/.test(port) || Number(port) > 65_535) ? 'invalid port number' : undefined
}
