import { buildSchema, isNonNullType, isObjectType, Kind, lexicographicSortSchema, parse, printSchema } from 'graphql'
import { regions } from '@movieverse/regions/regions.ts'
import { expect, test } from 'vitest'
import { composedFromSupergraph, composeSupergraph } from './compose-supergraph.ts'
import { composePlatform, platformServices } from './platform.ts'
import { readComposedSchema } from './stored-schema.ts'

test('the committed composition is what the subgraphs compose to', () => {
  expect(readComposedSchema()).toEqual(composePlatform())
})

test('every region of regions.json and the catalog are subgraphs', () => {
  const names = platformServices.map(({ name }) => name)
  expect(names).toEqual([...regions.map(({ slug }) => slug), 'catalog'])
  for (const name of names) expect(readComposedSchema().supergraphSdl).toContain(`@join__graph(name: "${name}"`)
})

test('no root field is non-null, so that one failed service never blanks the whole answer', () => {
  const schema = buildSchema(readComposedSchema().apiSdl)
  for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    const fields = Object.values(root?.getFields() ?? {})
    expect(fields.filter(({ type }) => isNonNullType(type)).map(({ name }) => name)).toEqual([])
  }
})

test('no field that only some subgraphs add to a type is non-null', () => {
  const { supergraphSdl, apiSdl } = readComposedSchema()
  const api = buildSchema(apiSdl)
  const joined = parse(supergraphSdl).definitions.flatMap((node) => {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION || !isEntity(node.directives)) return []
    const ownFields = (node.fields ?? []).filter(({ directives }) =>
      directives?.some(({ name }) => name.value === 'join__field'),
    )
    const type = api.getType(node.name.value)
    const graphs = new Set(
      node.directives
        ?.filter(({ name }) => name.value === 'join__type')
        .map(({ arguments: given }) => given?.[0]?.value),
    )
    if (!isObjectType(type) || graphs.size < 2) return []
    return ownFields.flatMap(({ name }) =>
      isNonNullType(type.getFields()[name.value]?.type) ? [`${type.name}.${name.value}`] : [],
    )
  })
  expect(joined).toEqual([])
})

test('what limits need of the subgraphs stays on the API schema', () => {
  expect(readComposedSchema().apiSdl).toMatch(/movies\([^)]*\): MovieConnection! @listSize\(/)
})

test('a supergraph that was composed elsewhere is seen by clients as if it was composed here', () => {
  const { supergraphSdl, apiSdl } = readComposedSchema()
  const api = (sdl: string): string => printSchema(lexicographicSortSchema(buildSchema(sdl)))
  expect(api(composedFromSupergraph(supergraphSdl).apiSdl)).toBe(api(apiSdl))
})

test('subgraphs that contradict each other do not compose, and every reason is told', () => {
  const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])\n'
  const subgraph = (name: string, sdl: string): { name: string; url: string; sdl: string } => ({
    name,
    url: '',
    sdl: link + sdl,
  })
  const compose = (): unknown =>
    composeSupergraph([subgraph('a', 'type Query { x: Int y: Int }'), subgraph('b', 'type Query { x: Int y: Int }')])
  expect(compose).toThrow(/Query\.x.*\n.*Query\.y/s)
})

function isEntity(
  directives:
    | ReadonlyArray<{ readonly arguments?: ReadonlyArray<{ readonly name: { readonly value: string } }> }>
    | undefined,
): boolean {
  return (directives ?? []).some(({ arguments: given }) => given?.some(({ name }) => name.value === 'key'))
}
