import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { explainQuery } from '../supergraph/planner/explain-query.ts'
import { readComposedSchema } from '../supergraph/composition/stored-schema.ts'

// Prints how the supergraph would answer a query: pnpm explain '<query>' [--variables '{"n":1}'] [--region IN]; - reads
// the query from stdin.
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { variables: { type: 'string', default: '{}' }, region: { type: 'string' } },
})
const [given] = positionals
if (given === undefined) {
  console.error(`usage: pnpm explain '<query>' [--variables '<json>'] [--region <code>]`)
  process.exit(2)
}
try {
  const query = given === '-' ? readFileSync(0, 'utf8') : given
  const variables: unknown = JSON.parse(values.variables)
  console.log(explainQuery(readComposedSchema(), { query, variables, region: values.region }))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}
