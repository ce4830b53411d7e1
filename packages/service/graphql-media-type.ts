/** The media types in which a GraphQL endpoint answers: the one of GraphQL over HTTP, and plain JSON. */
export type GraphqlMediaType = 'application/graphql-response+json' | 'application/json'

/** In the server's order of preference where a client likes several alike; anything goes to plain JSON, as of old. */
const offered: readonly GraphqlMediaType[] = ['application/json', 'application/graphql-response+json']

interface Accepted {
  readonly type: string
  readonly weight: number
}

/**
 * The media type in which to answer a request with this Accept header: the client's favourite of the two, plain JSON
 * where it names neither but takes anything or sends no header, null where it takes neither. A type that is named counts
 * before a wildcard, as RFC 9110 (12.5.1) has it.
 */
export function negotiateMediaType(accept: string | undefined): GraphqlMediaType | null {
  if (accept === undefined || accept === '*/*' || accept === 'application/json' || accept.trim() === '') {
    return 'application/json'
  }
  const accepted = accept.split(',').flatMap(parsePart)
  let best: GraphqlMediaType | null = null
  let bestWeight = 0
  for (const type of offered) {
    const weight = weightOf(type, accepted)
    if (weight < bestWeight || weight === 0) continue
    // Equal weights: the newer type wins where it is named, since only a client that knows it does so.
    if (weight === bestWeight && !accepted.some((range) => range.type === type)) continue
    best = type
    bestWeight = weight
  }
  return best
}

function weightOf(type: string, accepted: readonly Accepted[]): number {
  for (const range of [type, 'application/*', '*/*']) {
    const found = accepted.find((candidate) => candidate.type === range)
    if (found) return found.weight
  }
  return 0
}

function parsePart(part: string): Accepted[] {
  const [type = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase())
  const quality = parameters.find((parameter) => parameter.startsWith('q='))
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))
  if (charset && !/^charset="?utf-?8"?$/.test(charset)) return []
  const weight = quality === undefined ? 1 : Number(quality.slice(2))
  return [{ type, weight: Number.isFinite(weight) ? weight : 0 }]
}
