import type { ScalarResolver } from '@movieverse/movies-graphql/scalars.ts'
import { badUserInput } from '@movieverse/service/errors.ts'

/** A value that is answered as it is; nothing takes one. */
export const jsonScalar: ScalarResolver = {
  serialize: (value) => value,
  parseValue: refuse,
  parseLiteral: refuse,
}

function refuse(): never {
  throw badUserInput('input', 'takes no JSON here')
}
