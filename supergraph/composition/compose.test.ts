import {
  buildSchema,
  isNonNullType,
  isObjectType,
  Kind,
  lexicographicSortSchema,
  parse,
  printSchema,
  type ConstDirectiveNode,
} from 'graphql'
import { regions } from '@movieverse/regions/regions.ts'
import { expect, test } from 'vitest'
import { composedFromSupergraph, composeSupergraph } from './compose-supergraph.ts'
import { composePlatform, platformServices } from './platform.ts'
import { readComposedSchema } from './stored-schema.ts'

test('the committed composition is what the subgraphs compose to', () => {
  expect(readComposedSchema()).toEqual(composePlatform())
})

test('every region of regions.json, the catalogue, the viewers and the recommendations are subgraphs', () => {
  const names = platformServices.map(({ name }) => name)
  expect(names).toEqual([...regions.map(({ slug }) => slug), 'catalog', 'viewers', 'recommendations'])
  for (const name of names) expect(readComposedSchema().supergraphSdl).toContain(`@join__graph(name: "${name}"`)
})

test('no root field is non-null, so that one failed service never blanks the whole answer', () => {
  const schema = buildSchema(readComposedSchema().apiSdl)
  for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    const fields = Object.values(root?.getFields() ?? {})
    expect(fields.filter(({ type }) => isNonNullType(type)).map(({ name }) => name)).toEqual([])
  }
})

/** The subgraph without which there is nothing to tell about an entity. */
const owners: Readonly<Record<string, string>> = { Movie: 'CATALOG', Person: 'CATALOG', Viewer: 'VIEWERS' }

test('no field that a subgraph adds to an entity of another is non-null', () => {
  const { supergraphSdl, apiSdl } = readComposedSchema()
  const api = buildSchema(apiSdl)
  const added = parse(supergraphSdl).definitions.flatMap((node) => {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION || !isEntity(node.directives)) return []
    const type = api.getType(node.name.value)
    const owner = owners[node.name.value]
    if (!isObjectType(type) || !owner) return [`${node.name.value} has no owner`]
    return (node.fields ?? []).flatMap(({ name, directives }) => {
      const graphs = graphsOf(directives)
      const isOwn = graphs.length === 0 || graphs.includes(owner)
      return !isOwn && isNonNullType(type.getFields()[name.value]?.type) ? [`${type.name}.${name.value}`] : []
    })
  })
  expect(added).toEqual([])
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

/** The subgraphs that have a field; none where all that have the type do. */
function graphsOf(directives: readonly ConstDirectiveNode[] | undefined): string[] {
  return (directives ?? [])
    .filter(({ name }) => name.value === 'join__field')
    .flatMap(({ arguments: given }) => given ?? [])
    .flatMap(({ name, value }) => (name.value === 'graph' && value.kind === Kind.ENUM ? [value.value] : []))
}

function isEntity(
  directives:
    | ReadonlyArray<{ readonly arguments?: ReadonlyArray<{ readonly name: { readonly value: string } }> }>
    | undefined,
): boolean {
  return (directives ?? []).some(({ arguments: given }) => given?.some(({ name }) => name.value === 'key'))
}
