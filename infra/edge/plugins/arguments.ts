/** Arguments of a query or a form: the values of each name in order; `true` is a name without '='. */
export type Arguments = Map<string, Array<string | true>>

const mostArguments = 1000

/** Reads a query (without '?') or a form. What cannot be decoded stands as it is. */
export function readArguments(text: string | undefined): Arguments {
  const all: Arguments = new Map()
  if (!text) return all
  for (const pair of text.split('&', mostArguments)) {
    const equals = pair.indexOf('=')
    const name = decode(equals < 0 ? pair : pair.slice(0, equals))
    if (name === '') continue
    const value = equals < 0 ? true : decode(pair.slice(equals + 1))
    const values = all.get(name)
    if (values) values.push(value)
    else all.set(name, [value])
  }
  return all
}

/** Writes arguments by name in order, as Kong does whenever a plugin has changed them. */
export function writeArguments(all: Arguments): string {
  return [...all.keys()]
    .toSorted()
    .flatMap((name) => (all.get(name) ?? []).map((value) => pairOf(name, value)))
    .join('&')
}

/** Takes a name out of a request's query; the rest is written anew, as Kong does even where the name was not there. */
export function removeArgument(request: { query: string | undefined }, name: string): void {
  if (request.query === undefined) return
  const all = readArguments(request.query)
  all.delete(name)
  request.query = writeArguments(all) || undefined
}

/** Percent-encodes text as Kong does: the escapes are in lower case. */
export function escapeArgument(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase())
}

function pairOf(name: string, value: string | true): string {
  return value === true ? escapeArgument(name) : `${escapeArgument(name)}=${escapeArgument(value)}`
}

function decode(text: string): string {
  const spaced = text.replaceAll('+', ' ')
  if (!spaced.includes('%')) return spaced
  try {
    return decodeURIComponent(spaced)
  } catch {
    return spaced
  }
}
