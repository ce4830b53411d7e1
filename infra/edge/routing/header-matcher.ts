import type { HeaderList } from '../header-list.ts'

/** Whether a request's headers are what a route asks for. */
export type HeaderMatcher = (headers: HeaderList) => boolean

/** Of one header of a route: any of its values, without case, or a regex `~*…`; any line of the header may match. */
export function headerMatcher(name: string, values: readonly string[]): HeaderMatcher {
  const tests = values.map((value) => testOf(value.toLowerCase()))
  return (headers) => {
    if (!headers.has(name)) return false
    return headers.getAll(name).some((line) => tests.some((test) => test(line.toLowerCase())))
  }
}

function testOf(value: string): (line: string) => boolean {
  if (!value.startsWith('~*')) return (line) => line === value
  const regex = new RegExp(value.slice(2))
  return (line) => regex.test(line)
}
