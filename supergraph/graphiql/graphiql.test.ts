import { buildSchema, parse, validate } from 'graphql'
import { expect, test } from 'vitest'
import { readComposedSchema } from '../composition/stored-schema.ts'
import { exampleQueries } from './examples.ts'

test.each(exampleQueries)('the example query $name is valid and named as its tab', ({ name, query }) => {
  const schema = buildSchema(readComposedSchema().apiSdl)
  const document = parse(query)
  expect(validate(schema, document)).toEqual([])
  const [operation] = document.definitions
  expect(operation && 'name' in operation && operation.name?.value).toBe(name)
})
