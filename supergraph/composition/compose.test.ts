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
import { describe, expect, test } from 'vitest'
import { parseRoutingFacts } from '../planner/routing-facts.ts'
import { composedFromSupergraph, composeSupergraph, type ComposedSchema } from './compose-supergraph.ts'
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

describe('what the composing library gets wrong is put right', () => {
  const link =
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable", "@external", "@requires", "@inaccessible"])\n'
  const compose = (...sdls: string[]): ComposedSchema =>
    composeSupergraph(sdls.map((sdl, index) => ({ name: `s${index}`, url: '', sdl: link + sdl })))

  test.each([[false], [true]])(
    'a field is of the union of which another subgraph declares a member (reversed: %s)',
    (isReversed) => {
      const book =
        'type Query { first: [Book!] @shareable desk: Desk } type Desk { media: Book @shareable } type Book @shareable { title: String }'
      const media =
        'type Query { first: [Media!] @shareable } type Desk { media: Media @shareable } union Media = Book | Film type Book @shareable { title: String } type Film { title: String }'
      const { supergraphSdl, apiSdl } = compose(...(isReversed ? [media, book] : [book, media]))
      expect(apiSdl).toMatch(/media: Media\b/)
      expect(apiSdl).toMatch(/first: \[Media!\]/)
      const types = (name: string): Array<string | undefined> =>
        [...parseRoutingFacts(supergraphSdl).subgraphs.values()].map(
          ({ types: known }) => known.get(name === 'first' ? 'Query' : 'Desk')?.fields.get(name)?.namedType,
        )
      expect(types('media').toSorted()).toEqual(['Book', 'Media'])
      expect(types('first').toSorted()).toEqual(['Book', 'Media'])
    },
  )

  test('a field is of the interface of which another subgraph declares an implementation', () => {
    const pet = 'interface Pet { name: String } type Cat implements Pet @shareable { name: String }'
    const { apiSdl } = compose(`type Query { pet: Cat @shareable } ${pet}`, `type Query { pet: Pet @shareable } ${pet}`)
    expect(apiSdl).toMatch(/pet: Pet\b/)
  })

  test('fields that are declared alike, or are only external elsewhere, stay as they are composed', () => {
    const types = 'interface Pet { name: String } type Cat implements Pet @shareable { name: String }'
    const { supergraphSdl } = compose(
      `type Query { owner: Owner } type Owner @key(fields: "id") { id: ID! pet: Pet } ${types}`,
      `type Owner @key(fields: "id") { id: ID! pet: Pet @external call: String @requires(fields: "pet { name }") } ${types}`,
    )
    expect(supergraphSdl).toMatch(/pet: Pet @join__field\(graph: S0\) @join__field\(graph: S1, external: true\)/)
  })

  test('what is required through fragments on interfaces is required of their implementations', () => {
    const types = `interface Named { name: String } interface Pet implements Named { name: String age: Int }
      type Cat implements Pet & Named @shareable { name: String age: Int } type Town implements Named @shareable { name: String }`
    const { supergraphSdl } = compose(
      `type Query { place: Place } type Place @key(fields: "id") { id: ID! of: Named } ${types}`,
      `type Place @key(fields: "id") { id: ID! of: Named @external told: String
         @requires(fields: "of { name ... on Pet { age ... on Named { name } ... on Town { name } } ... { name } }") } ${types}`,
    )
    expect(supergraphSdl).toMatch(/requires: "of ?{ ?name \.\.\. ?on Cat ?{ ?age name ?} ?name ?}"/)
  })

  test('unions have no members that clients may not see', () => {
    const { apiSdl } = compose(
      'type Query { any: Any } union Any = Cat | Dragon type Cat { a: Int } type Dragon @inaccessible { a: Int }',
    )
    expect(apiSdl).toMatch(/union Any = Cat$/m)
  })
})
