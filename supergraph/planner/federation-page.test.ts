import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { createLocalSubgraph, type LocalResolvers, type LocalSubgraph } from '../fixtures/local-subgraph.ts'
import { createLocalSupergraph, type Answer } from '../fixtures/local-supergraph.ts'
import type { Row } from './representations.ts'

// The page of legal queries that a gateway gets wrong, line by line, each with its requests; README.md says where the
// same is looked at more closely, and where those lines are that take more than a planner.

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", "@shareable", "@external", "@requires", "@provides", "@override", "@inaccessible", "@interfaceObject", "@tag"]) `

const films: Row[] = [
  { id: 'f1', title: 'Ankur', year: 1974, ean: 'e1', kind: 'DRAMA' },
  { id: 'f2', title: 'Gandhi', year: 1982, ean: 'e2', kind: 'EPIC' },
  { id: 'f3', title: 'Devdas', year: 2002, ean: 'e3', kind: 'DRAMA' },
]
const filmOf = ({ id, ean }: Row): Row | undefined => films.find((film) => film.id === id || film.ean === ean)
const many = Array.from({ length: 50 }, (_, index) => ({ id: `m${index}`, title: `Film ${index}` }))

function service(name: string, sdl: string, resolvers: LocalResolvers): LocalSubgraph {
  return createLocalSubgraph(name, link + sdl, resolvers)
}

/** Value types that every service defines for itself. */
const shared = `
  type Money @shareable { amount: Int currency: Currency }
  enum Currency { INR USD }
  type FilmConnection @shareable { edges: [FilmEdge!] nodes: [Film] }
  type FilmEdge @shareable { cursor: String node: Film }
`

const catalog = service(
  'catalog',
  `${shared}
  type Query {
    films: [Film!] twenty: [Film!] many: [Film!] odd: Film film(id: ID!): Film none: [Film!] holes: [Film] first: FilmConnection
    currency: Currency find(filter: Filter): [Film!] count: Int total: Int today: String works: [Work!] anything: [Thing!]
  }
  type Mutation { addFilm(title: String!): Film }
  input Filter { ids: [ID!] not: Filter }
  type Film implements Work @key(fields: "id") @key(fields: "ean") {
    id: ID! ean: ID! title: String year: Int kind: Kind grade: String @tag(name: "internal")
  }
  enum Kind { DRAMA EPIC }
  interface Work @key(fields: "id") { id: ID! title: String }
  type Series implements Work @key(fields: "id") { id: ID! title: String }
  union Thing = Film | Series`,
  {
    Query: {
      films: () => films,
      twenty: () => many.slice(0, 20),
      many: () => many,
      odd: () => ({ id: 'f9', title: 'Lost' }),
      film: (_root, args) => filmOf(args),
      none: () => [],
      holes: () => [films[0], null, films[1]],
      first: () => ({ edges: [{ cursor: 'c', node: films[0] }], nodes: [films[0], null] }),
      currency: () => 'INR',
      find: (_root, { filter }) => (filter as { ids: string[] }).ids.flatMap((id) => filmOf({ id }) ?? []),
      count: () => 3,
      total: () => 7,
      today: () => 'Monday',
      works: () => [
        { ...films[0], __typename: 'Film' },
        { __typename: 'Series', id: 's1', title: 'Mahabharat' },
      ],
      anything: () => [
        { ...films[0], __typename: 'Film' },
        { __typename: 'Series', id: 's1', title: 'Mahabharat' },
      ],
    },
    Mutation: { addFilm: (_root, { title }) => films.find((film) => film.title === title) },
    Film: { __resolveReference: (film) => filmOf(film) ?? many.find(({ id }) => id === film.id), grade: () => 'A' },
    Series: { __resolveReference: ({ id }) => ({ id, title: 'Mahabharat' }) },
    Work: { __resolveReference: (work) => ({ ...filmOf(work), __typename: 'Film' }) },
  },
)

const reviews = service(
  'reviews',
  `${shared}
  type Query { best: Film @provides(fields: "title") latest: Film worst: [Film!] }
  type Film @key(fields: "id") {
    id: ID! title: String @external year: Int @external
    price: Money currency: Currency mood: Mood similar: [Film!] page: FilmConnection
    stars(of: Int = 5): Int blurb: String @requires(fields: "title year") votes: Int buzz: Int quote: String critics: [String!]
  }
  enum Mood { GOOD BAD }`,
  {
    Query: {
      best: () => ({ id: 'f1', title: 'Ankur (from reviews)' }),
      latest: () => ({ id: 'f2' }),
      worst: () => [{ id: 'f3' }],
    },
    Film: {
      __resolveReference: ({ id, title, year }) => (id === 'f9' ? null : { id, title, year }),
      price: () => ({ amount: 10, currency: 'INR' }),
      currency: () => 'USD',
      mood: ({ id }) => (id === 'f1' ? 'GOOD' : 'BAD'),
      similar: () => [{ id: 'f3' }],
      page: () => ({ edges: [{ cursor: 'p', node: { id: 'f2' } }], nodes: [{ id: 'f2' }, null] }),
      stars: (_film, { of }) => Number(of) - 1,
      blurb: ({ title, year }) => `${String(title)} of ${String(year)}`,
      votes: () => 1,
      buzz: () => 2,
      quote: () => 'Go!',
      critics: () => ['Ebert'],
    },
  },
)

/** Enters films by their second key, and works by their interface. */
const shops = service(
  'shops',
  `type Query { offers: [Offer!] }
  type Mutation { order(ean: ID!): Film }
  type Offer { film: Film at: String }
  type Film @key(fields: "ean") { ean: ID! stock(in: [ID!]): Int }
  type Work @key(fields: "id") @interfaceObject { id: ID! shelves: Int }`,
  {
    Query: { offers: () => [{ film: { ean: 'e1' }, at: 'Delhi' }] },
    Mutation: { order: (_root, { ean }) => ({ ean }) },
    Film: {
      __resolveReference: ({ ean }) => ({ ean }),
      stock: (_film, { in: places }) => (places as string[] | null)?.length ?? 0,
    },
    Work: { __resolveReference: ({ id }) => ({ id }), shelves: () => 4 },
  },
)

/** One of three services that serve the same. */
const region = (name: string): LocalSubgraph =>
  service(
    name,
    `type Query { ${name}: Page } type Page @shareable { films: [Rated!] money: Cash } type Cash @shareable { amount: Int } type Rated @key(fields: "id") { id: ID! title: String @shareable label: Cash @shareable }`,
    {
      Query: { [name]: () => ({ films: [{ id: 'r1', title: name, label: { amount: 1 } }], money: { amount: 2 } }) },
      Rated: { __resolveReference: ({ id }) => ({ id, title: name, label: { amount: 1 } }) },
    },
  )

const federation = createLocalSupergraph([catalog, reviews, shops, ...['india', 'usa', 'uk'].map(region)])

function countsOf({ requests }: Answer): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { subgraph } of requests) counts[subgraph] = (counts[subgraph] ?? 0) + 1
  return counts
}

interface Line {
  readonly query: string
  readonly variables?: Row
  readonly data: unknown
  /** Of each service that is asked. */
  readonly requests: Readonly<Record<string, number>>
}

/** The line holds interpreted, compiled, and passed through where one service answers it alone. */
async function expectLine({ query, variables = {}, data, requests }: Line): Promise<void> {
  const answers = [
    await federation.ask(query, variables),
    await federation.askCompiled(query, variables),
    await federation.askDirect(query, variables),
  ]
  for (const answer of answers) {
    if (!answer) continue
    expect(answer.errors).toEqual([])
    expect(answer.data).toEqual(data)
    expect(countsOf(answer)).toEqual(requests)
  }
}

const each = (make: (film: Row) => unknown): unknown[] => films.map(make)

const lines: Record<string, Record<string, Line>> = {
  'owner and several extenders of one entity, across services': {
    'one request each': {
      query: '{ films { title mood stock } }',
      data: { films: each(({ id, title }) => ({ title, mood: id === 'f1' ? 'GOOD' : 'BAD', stock: 0 })) },
      requests: { catalog: 1, reviews: 1, shops: 1 },
    },
  },
  'extension field returning a value type that several subgraphs define': {
    'with an enum in it': {
      query: '{ films { price { amount currency } } }',
      data: { films: each(() => ({ price: { amount: 10, currency: 'INR' } })) },
      requests: { catalog: 1, reviews: 1 },
    },
  },
  'extension or root field returning an enum; aliased enum field': {
    'a root field': {
      query: '{ c: currency currency }',
      data: { c: 'INR', currency: 'INR' },
      requests: { catalog: 1 },
    },
    'an extension': {
      query: '{ films { feeling: mood mood currency: kind kind: currency } }',
      data: {
        films: each(({ id, kind }) => {
          const mood = id === 'f1' ? 'GOOD' : 'BAD'
          return { feeling: mood, mood, currency: kind, kind: 'USD' }
        }),
      },
      requests: { catalog: 1, reviews: 1 },
    },
  },
  'extension returning the entity itself': {
    'each level is one request': {
      query: '{ films { similar { title similar { id } } } }',
      data: { films: each(() => ({ similar: [{ title: 'Devdas', similar: [{ id: 'f3' }] }] })) },
      requests: { catalog: 2, reviews: 1 },
    },
  },
  'Relay connection as a shared value type, nodes = another subgraph’s entity': {
    plain: {
      query: '{ film(id: "f1") { page { edges { cursor node { title } } nodes { title } } } }',
      data: {
        film: { page: { edges: [{ cursor: 'p', node: { title: 'Gandhi' } }], nodes: [{ title: 'Gandhi' }, null] } },
      },
      requests: { catalog: 2, reviews: 1 },
    },
    'the same with edges and node aliased': {
      query:
        '{ film(id: "f1") { list: page { rows: edges { at: cursor item: node { name: title } } all: nodes { t: title } } } }',
      data: {
        film: { list: { rows: [{ at: 'p', item: { name: 'Gandhi' } }], all: [{ t: 'Gandhi' }, null] } },
      },
      requests: { catalog: 2, reviews: 1 },
    },
    'at the root': {
      query: '{ list: first { rows: edges { item: node { m: mood } } } }',
      data: { list: { rows: [{ item: { m: 'GOOD' } }] } },
      requests: { catalog: 1, reviews: 1 },
    },
  },
  'empty nullable entity list; a list with a null item': {
    empty: { query: '{ none { mood } }', data: { none: [] }, requests: { catalog: 1 } },
    'a null item': {
      query: '{ holes { title mood } }',
      data: { holes: [{ title: 'Ankur', mood: 'GOOD' }, null, { title: 'Gandhi', mood: 'BAD' }] },
      requests: { catalog: 1, reviews: 1 },
    },
  },
  'the same field selected twice, directly or through merging fragments': {
    'merged at every level': {
      query:
        '{ film(id: "f1") { price { amount } ...A price { currency } ...B } } fragment A on Film { price { a: amount } mood } fragment B on Film { mood ...C } fragment C on Film { price { currency } }',
      data: { film: { price: { amount: 10, currency: 'INR', a: 10 }, mood: 'GOOD' } },
      requests: { catalog: 1, reviews: 1 },
    },
  },
  'inline fragment without a type condition, with and without @include': {
    without: {
      query: '{ film(id: "f1") { ... { title mood } } }',
      data: { film: { title: 'Ankur', mood: 'GOOD' } },
      requests: { catalog: 1, reviews: 1 },
    },
    'with, and it holds': {
      query: 'query($on: Boolean!) { film(id: "f1") { title ... @include(if: $on) { mood ... { votes } } } }',
      variables: { on: true },
      data: { film: { title: 'Ankur', mood: 'GOOD', votes: 1 } },
      requests: { catalog: 1, reviews: 1 },
    },
    'with, and it does not': {
      query: 'query($on: Boolean!) { film(id: "f1") { title ... @include(if: $on) { mood ... { votes } } } }',
      variables: { on: false },
      data: { film: { title: 'Ankur' } },
      requests: { catalog: 1 },
    },
  },
  'alias that collides with the key, alias that swaps names': {
    'id: title': {
      query: '{ films { id: title mood } }',
      data: { films: each(({ id, title }) => ({ id: title, mood: id === 'f1' ? 'GOOD' : 'BAD' })) },
      requests: { catalog: 1, reviews: 1 },
    },
    'swapped, with what is required swapped too': {
      query: '{ films { title: year year: title ean: id blurb } }',
      data: {
        films: each(({ id, title, year }) => ({
          title: year,
          year: title,
          ean: id,
          blurb: `${String(title)} of ${String(year)}`,
        })),
      },
      requests: { catalog: 1, reviews: 1 },
    },
  },
  'variables inside list literals and nested inputs': {
    both: {
      query:
        'query($a: ID!, $b: [ID!]) { find(filter: { ids: ["f1", $a], not: { ids: $b } }) { stock(in: ["x", $a]) } }',
      variables: { a: 'f3', b: ['f2'] },
      data: { find: [{ stock: 2 }, { stock: 2 }] },
      requests: { catalog: 1, shops: 1 },
    },
  },
  'the same extension field twice with different arguments': {
    'by value, by default and by variable': {
      query: 'query($n: Int) { film(id: "f1") { ten: stars(of: 10) stars n: stars(of: $n) } }',
      variables: { n: 3 },
      data: { film: { ten: 9, stars: 4, n: 2 } },
      requests: { catalog: 1, reviews: 1 },
    },
  },
  '@requires': {
    simple: {
      query: '{ films { blurb } }',
      data: { films: each(({ title, year }) => ({ blurb: `${String(title)} of ${String(year)}` })) },
      requests: { catalog: 1, reviews: 1 },
    },
    'through a fragment': {
      query: '{ film(id: "f2") { ...F } } fragment F on Film { ... on Film { text: blurb } }',
      data: { film: { text: 'Gandhi of 1982' } },
      requests: { catalog: 1, reviews: 1 },
    },
    'on a third service’s list': {
      query: '{ offers { film { blurb } } }',
      data: { offers: [{ film: { blurb: 'Ankur of 1974' } }] },
      requests: { shops: 1, catalog: 1, reviews: 1 },
    },
  },
  '@provides': {
    'from where the path provides it': {
      query: '{ best { title } }',
      data: { best: { title: 'Ankur (from reviews)' } },
      requests: { reviews: 1 },
    },
    'and from its owner on another path': {
      query: '{ latest { title } }',
      data: { latest: { title: 'Gandhi' } },
      requests: { reviews: 1, catalog: 1 },
    },
  },
  'two @key where the extender uses the second': {
    'that the owner has': {
      query: '{ film(id: "f1") { stock } }',
      data: { film: { stock: 0 } },
      requests: { catalog: 1, shops: 1 },
    },
    'that another extender has not': {
      query: '{ worst { stock } }',
      data: { worst: [{ stock: 0 }] },
      requests: { reviews: 1, catalog: 1, shops: 1 },
    },
  },
  'owner answers null for a key; extender answers null': {
    'the extender': {
      query: '{ odd { title mood stars } }',
      data: { odd: { title: 'Lost', mood: null, stars: null } },
      requests: { catalog: 1, reviews: 1 },
    },
    'the owner, of nothing': {
      query: '{ film(id: "f0") { title mood } }',
      data: { film: null },
      requests: { catalog: 1 },
    },
  },
  'the same shareable entity and value types served by three subgraphs': {
    'each answers its own in one request': {
      query:
        '{ india { films { id title label { amount } } money { amount } } usa { films { title } } uk { films { label { amount } } } }',
      data: {
        india: { films: [{ id: 'r1', title: 'india', label: { amount: 1 } }], money: { amount: 2 } },
        usa: { films: [{ title: 'usa' }] },
        uk: { films: [{ label: { amount: 1 } }] },
      },
      requests: { india: 1, usa: 1, uk: 1 },
    },
  },
  '@tag, @interfaceObject': {
    'a tag changes nothing': {
      query: '{ film(id: "f1") { grade } }',
      data: { film: { grade: 'A' } },
      requests: { catalog: 1 },
    },
    'fields of an interface object are every implementation’s': {
      query: '{ works { title shelves } }',
      data: {
        works: [
          { title: 'Ankur', shelves: 4 },
          { title: 'Mahabharat', shelves: 4 },
        ],
      },
      requests: { catalog: 1, shops: 1 },
    },
  },
  'interfaces and unions whose members live in different subgraphs': {
    'each member is joined': {
      query:
        '{ works { title ... on Film { mood } } anything { __typename ... on Film { votes } ... on Series { id } } }',
      data: {
        works: [{ title: 'Ankur', mood: 'GOOD' }, { title: 'Mahabharat' }],
        anything: [
          { __typename: 'Film', votes: 1 },
          { __typename: 'Series', id: 's1' },
        ],
      },
      requests: { catalog: 1, reviews: 1 },
    },
  },
  '@skip and @include with variables on fields, spreads and root fields': {
    on: {
      query:
        'query($on: Boolean!) { film(id: "f1") { title mood @include(if: $on) ...F @include(if: $on) } count @skip(if: $on) offers @skip(if: $on) { at } } fragment F on Film { votes }',
      variables: { on: true },
      data: { film: { title: 'Ankur', mood: 'GOOD', votes: 1 } },
      requests: { catalog: 1, reviews: 1 },
    },
    off: {
      query:
        'query($on: Boolean!) { film(id: "f1") { title mood @include(if: $on) ...F @include(if: $on) } count @skip(if: $on) offers @skip(if: $on) { at } } fragment F on Film { votes }',
      variables: { on: false },
      data: { film: { title: 'Ankur' }, count: 3, offers: [{ at: 'Delhi' }] },
      requests: { catalog: 1, shops: 1 },
    },
  },
  '__typename anywhere': {
    'under any name, at no cost of its own': {
      query: '{ __typename t: __typename film(id: "f1") { k: __typename price { __typename v: __typename } } }',
      data: { __typename: 'Query', t: 'Query', film: { k: 'Film', price: { __typename: 'Money', v: 'Money' } } },
      requests: { catalog: 1, reviews: 1 },
    },
    alone: { query: '{ __typename }', data: { __typename: 'Query' }, requests: {} },
  },
  'mutations serial, then joined': {
    'in the document’s order, each with its joins': {
      query: 'mutation { a: addFilm(title: "Ankur") { id mood } b: order(ean: "e2") { title } }',
      data: { a: { id: 'f1', mood: 'GOOD' }, b: { title: 'Gandhi' } },
      requests: { catalog: 2, reviews: 1, shops: 1 },
    },
  },
  'request counts': {
    'list of 20 with no join = 1': {
      query: '{ twenty { id title } }',
      data: { twenty: many.slice(0, 20) },
      requests: { catalog: 1 },
    },
    'list of 50 + entity = 2': {
      query: '{ many { mood } }',
      data: { many: many.map(() => ({ mood: 'BAD' })) },
      requests: { catalog: 1, reviews: 1 },
    },
    '50 movies x 5 joined fields of one service = 1 per service per level': {
      query: '{ many { mood votes buzz quote critics } }',
      data: { many: many.map(() => ({ mood: 'BAD', votes: 1, buzz: 2, quote: 'Go!', critics: ['Ebert'] })) },
      requests: { catalog: 1, reviews: 1 },
    },
    'three sibling root fields of one service = 1': {
      query: '{ count total today }',
      data: { count: 3, total: 7, today: 'Monday' },
      requests: { catalog: 1 },
    },
  },
}

test('README.md names every line of the page, and tests that there are', () => {
  const folder = new URL('./', import.meta.url)
  const rows = readFileSync(new URL('README.md', folder), 'utf8').match(/^\| .* \| `.*$/gm) ?? []
  expect(rows.length).toBeGreaterThan(25)
  for (const row of rows) {
    const [, line = '', file = '', name = ''] = /^\| (.*?) +\| `(.*?)`: (.*?) +\|$/.exec(row) ?? []
    const text = readFileSync(new URL(file, folder), 'utf8')
    expect(text, `${line} in ${file}`).toContain(name)
  }
})

describe.each(Object.entries(lines))('%s', (_line, cases) => {
  test.each(Object.entries(cases))('%s', async (_case, line) => expectLine(line))
})

test('owner answers null for a key that another service has: null without an error', async () => {
  const lost = service('lost', 'type Query { lost: [Film] } type Film @key(fields: "id") { id: ID! }', {
    Query: { lost: () => [{ id: 'f0' }, { id: 'f1' }] },
  })
  const answer = await createLocalSupergraph([catalog, lost]).ask('{ lost { id title } }')
  expect(answer).toMatchObject({
    errors: [],
    data: {
      lost: [
        { id: 'f0', title: null },
        { id: 'f1', title: 'Ankur' },
      ],
    },
  })
  expect(countsOf(answer)).toEqual({ lost: 1, catalog: 1 })
})

test('request counts: three regions side by side = 3, all of them under way before the first one answers', async () => {
  const waiting: Array<() => void> = []
  const held = ['india', 'usa', 'uk'].map((name): LocalSubgraph => {
    const subgraph = region(name)
    const answer: LocalSubgraph['answer'] = async (body) => {
      await new Promise<void>((resolve) => {
        waiting.push(resolve)
        // Nobody is answered before all have been asked.
        if (waiting.length === 3) for (const go of waiting) go()
      })
      return subgraph.answer(body)
    }
    return { ...subgraph, answer }
  })
  const answer = await createLocalSupergraph(held).ask(
    '{ india { money { amount } } usa { money { amount } } uk { money { amount } } }',
  )
  expect(answer.errors).toEqual([])
  expect(countsOf(answer)).toEqual({ india: 1, usa: 1, uk: 1 })
})
