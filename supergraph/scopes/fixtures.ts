import { createLocalSubgraph, type LocalSubgraph } from '../fixtures/local-subgraph.ts'

const link = (names: string): string =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${names}])`

const cacheControl = `
  extend schema @link(url: "https://movieverse.dev/cacheControl/v1.0", import: ["@cacheControl"]) @composeDirective(name: "@cacheControl")
  directive @cacheControl(maxAge: Int, scope: CacheControlScope) on FIELD_DEFINITION | OBJECT | INTERFACE | UNION
  enum CacheControlScope { PUBLIC PRIVATE }
`

const films = [
  { __typename: 'Film', id: '1', title: 'Ankur', notes: 'draft' },
  { __typename: 'Film', id: '2', title: 'Gandhi', notes: 'final' },
]

/** Films that everybody may read, and what only some may know of them. */
const catalogSdl = `
  ${link('"@key", "@composeDirective", "@authenticated"')}
  ${cacheControl}
  type Query {
    films: [Film!] @cacheControl(maxAge: 300)
    film(id: ID!): Film @cacheControl(maxAge: 60)
    node: Node @cacheControl(maxAge: 60)
    ticker: String
  }
  interface Node { id: ID! notes: String }
  type Film implements Node @key(fields: "id") {
    id: ID!
    title: String!
    notes: String @authenticated
    today: String @cacheControl(maxAge: 10)
  }
`

/** What people keep to themselves, under requirements of every form: more of them than the platform's own viewers have. */
const viewersSdl = `
  ${link('"@key", "@requiresScopes", "@authenticated"')}
  type Query { viewer: Viewer @requiresScopes(scopes: [["viewer:read"]]) }
  type Mutation { rate(film: ID!): Viewer @requiresScopes(scopes: [["viewer:write"], ["admin", "viewer:read"]]) }
  type Viewer { name: String! email: String! @requiresScopes(scopes: [["viewer:email"]]) films: [Film!] }
  type Film @key(fields: "id") { id: ID! viewer: FilmViewer }
  type FilmViewer @requiresScopes(scopes: [["viewer:read"]]) { rating: Int seen: Boolean }
`

const viewer = { name: 'Asha', email: 'asha@example.org', films: [{ __typename: 'Film', id: '2' }] }
const filmOf = ({ id }: Readonly<Record<string, unknown>>): object | undefined => films.find((film) => film.id === id)

/** Two made-up services with fields that need scopes; the platform's own are in fixtures/platform-subgraphs.ts. */
export function createScopedSubgraphs(): LocalSubgraph[] {
  return [
    createLocalSubgraph('catalog', catalogSdl, {
      Query: { films: () => films, film: (_root, args) => filmOf(args), node: () => films[0], ticker: () => 'tick' },
      Film: { __resolveReference: filmOf, today: () => 'sunny' },
    }),
    createLocalSubgraph('viewers', viewersSdl, {
      Query: { viewer: () => viewer },
      Mutation: { rate: () => viewer },
      Film: { __resolveReference: (film) => film, viewer: ({ id }) => ({ rating: Number(id), seen: true }) },
    }),
  ]
}

/** The headers with which the edge vouches for somebody. */
export function signedIn(scopes: string, userId = '7'): Record<string, string> {
  return {
    'x-edge-secret': 'development-edge-secret',
    'x-authenticated-userid': userId,
    'x-authenticated-scope': scopes,
  }
}
