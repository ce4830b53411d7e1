import { describe, expect, test } from 'vitest'
import { createLocalSubgraph, type LocalResolvers, type LocalSubgraph } from '../fixtures/local-subgraph.ts'
import { createLocalSupergraph, type Answer } from '../fixtures/local-supergraph.ts'
import type { Row } from './representations.ts'

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@shareable", "@external", "@requires", "@provides", "@override", "@inaccessible", "@interfaceObject", "@tag"])\n'

function subgraph(name: string, sdl: string, resolvers: LocalResolvers = {}): LocalSubgraph {
  return createLocalSubgraph(name, link + sdl, resolvers)
}

/** How many requests each subgraph got. */
function countsOf({ requests }: Answer): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { subgraph: name } of requests) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

async function expectAnswer(
  supergraph: ReturnType<typeof createLocalSupergraph>,
  query: string,
  data: unknown,
  counts: Record<string, number>,
  variables = {},
): Promise<void> {
  const answer = await supergraph.ask(query, variables)
  expect(answer.errors).toEqual([])
  expect(answer.data).toEqual(data)
  expect(countsOf(answer)).toEqual(counts)
}

const users: Row[] = [1, 2, 3].map((id) => ({ __typename: 'User', id: String(id), name: `user ${id}` }))
const accounts = (): LocalSubgraph =>
  subgraph(
    'accounts',
    'type Query { users: [User!] user(id: ID!): User missing: [User] holes: [User] } type User @key(fields: "id") { id: ID! name: String role: Role } enum Role { ADMIN GUEST }',
    {
      Query: {
        users: () => users,
        user: (_root, { id }) => users.find((user) => user.id === id),
        missing: () => [],
        holes: () => [users[0], null, users[1]],
      },
      User: { __resolveReference: ({ id }: Row) => users.find((user) => user.id === id), role: () => 'ADMIN' },
    },
  )
const reviews = (): LocalSubgraph =>
  subgraph(
    'reviews',
    `type User @key(fields: "id") { id: ID! reviews(first: Int = 2): [Review!] similar: [User!] mood: Mood page: Page stars: Stars }
     type Review { body: String author: User }
     type Page { edges: [Edge!]! nodes: [User!]! } type Edge { cursor: String node: User }
     type Stars { mean: Float } enum Mood { GOOD BAD }`,
    {
      User: {
        reviews: (user, { first }) =>
          Array.from({ length: Number(first) }, (_review, index) => ({ body: `review ${index}`, author: user })),
        similar: () => [{ id: '3' }],
        mood: () => 'GOOD',
        page: () => ({ edges: [{ cursor: 'c', node: { id: '2' } }], nodes: [{ id: '2' }] }),
        stars: () => ({ mean: 4.5 }),
      },
    },
  )
const community = createLocalSupergraph([accounts(), reviews()])

describe('fields that a subgraph adds to an entity', () => {
  test('are one request for the whole list', async () => {
    const data = { users: users.map(({ name }) => ({ name, mood: 'GOOD', stars: { mean: 4.5 } })) }
    await expectAnswer(community, '{ users { name mood stars { mean } } }', data, { accounts: 1, reviews: 1 })
  })

  test('may return the entity itself: each level is one request', async () => {
    const data = { users: users.map(() => ({ similar: [{ name: 'user 3', similar: [{ id: '3' }] }] })) }
    await expectAnswer(community, '{ users { similar { name similar { id } } } }', data, { accounts: 2, reviews: 1 })
  })

  test('may be a connection of another subgraph’s entities, with every level under another name', async () => {
    const query =
      '{ user(id: 1) { list: page { rows: edges { at: cursor item: node { called: name } } nodes { name } } } }'
    const data = { user: { list: { rows: [{ at: 'c', item: { called: 'user 2' } }], nodes: [{ name: 'user 2' }] } } }
    await expectAnswer(community, query, data, { accounts: 2, reviews: 1 })
  })

  test('may be asked twice with different arguments, by value, by variable and by default', async () => {
    const query =
      'query($n: Int!) { user(id: 1) { one: reviews(first: 1) { body } reviews { body } n: reviews(first: $n) { body } } }'
    const bodies = (count: number): unknown[] =>
      Array.from({ length: count }, (_review, index) => ({ body: `review ${index}` }))
    await expectAnswer(
      community,
      query,
      { user: { one: bodies(1), reviews: bodies(2), n: bodies(3) } },
      { accounts: 1, reviews: 1 },
      { n: 3 },
    )
  })

  test('are asked once for an object that stands in many places', async () => {
    const { requests } = await community.ask('{ a: user(id: 1) { mood } b: user(id: 1) { mood } users { mood } }')
    expect(requests.at(-1)?.variables.representations).toHaveLength(3)
    expect(requests).toHaveLength(2)
  })

  test('cost nothing where the list is empty, and leave holes where it has them', async () => {
    await expectAnswer(community, '{ missing { mood } }', { missing: [] }, { accounts: 1 })
    await expectAnswer(
      community,
      '{ holes { mood } }',
      { holes: [{ mood: 'GOOD' }, null, { mood: 'GOOD' }] },
      { accounts: 1, reviews: 1 },
    )
    await expectAnswer(community, '{ user(id: 9) { mood } }', { user: null }, { accounts: 1 })
  })

  test('are not asked for what is at hand already', async () => {
    const data = { user: { reviews: [{ author: { id: '1' } }, { author: { id: '1' } }] } }
    await expectAnswer(community, '{ user(id: 1) { reviews { author { id } } } }', data, { accounts: 1, reviews: 1 })
  })
})

describe('names and fragments', () => {
  test('aliases may collide with a key or swap names', async () => {
    const query = '{ users { id: name name: id mood: role role: mood } }'
    const data = { users: users.map(({ id, name }) => ({ id: name, name: id, mood: 'ADMIN', role: 'GOOD' })) }
    await expectAnswer(community, query, data, { accounts: 1, reviews: 1 })
  })

  test('the same field may be selected twice, directly and through fragments', async () => {
    const query =
      '{ user(id: 1) { stars { mean } ...F ... { mood } ... @include(if: true) { mood name } } } fragment F on User { stars { average: mean } }'
    await expectAnswer(
      community,
      query,
      { user: { stars: { mean: 4.5, average: 4.5 }, mood: 'GOOD', name: 'user 1' } },
      { accounts: 1, reviews: 1 },
    )
  })

  test('one field under two names may differ below', async () => {
    const query = '{ user(id: 1) { a: reviews(first: 1) { body } b: reviews(first: 1) { author { name } } } }'
    await expectAnswer(
      community,
      query,
      { user: { a: [{ body: 'review 0' }], b: [{ author: { name: 'user 1' } }] } },
      { accounts: 2, reviews: 1 },
    )
  })

  test('@skip and @include leave out requests too', async () => {
    const query =
      'query($yes: Boolean!, $no: Boolean = false) { user(id: 1) { name mood @include(if: $no) ...F @skip(if: $yes) } users @skip(if: $yes) { mood } } fragment F on User { stars { mean } }'
    await expectAnswer(community, query, { user: { name: 'user 1' } }, { accounts: 1 }, { yes: true })
    const all = await community.ask(query, { yes: false })
    expect(countsOf(all)).toEqual({ accounts: 1, reviews: 1 })
  })

  test('__typename may be asked anywhere, and is free where nothing else is', async () => {
    await expectAnswer(community, '{ __typename }', { __typename: 'Query' }, {})
    const data = { t: 'Query', user: { __typename: 'User', stars: { kind: 'Stars' } } }
    await expectAnswer(community, '{ t: __typename user(id: 1) { __typename stars { kind: __typename } } }', data, {
      accounts: 1,
      reviews: 1,
    })
  })

  test('of two operations in a document the named one is answered', async () => {
    const document = 'query A { user(id: 1) { name } } query B { users { mood } }'
    expect((await community.ask(document, {}, 'A')).data).toEqual({ user: { name: 'user 1' } })
    expect((await community.ask(document, {}, 'B')).data).toEqual({ users: users.map(() => ({ mood: 'GOOD' })) })
  })

  test('variables go along inside lists and objects, and only where they are used', async () => {
    const search = subgraph(
      'search',
      'type Query { find(in: Filter): [String!] } input Filter { words: [String!] deep: Filter }',
      {
        Query: { find: (_root, args) => [JSON.stringify(args)] },
      },
    )
    const { data, requests } = await createLocalSupergraph([search, accounts()]).ask(
      'query($a: String!, $b: ID!, $deep: Filter) { find(in: { words: ["x", $a], deep: { deep: $deep } }) user(id: $b) { name } }',
      { a: 'y', b: '1', deep: { words: ['z'] } },
    )
    expect(data).toMatchObject({ find: ['{"in":{"words":["x","y"],"deep":{"deep":{"words":["z"]}}}}'] })
    const named = requests.map(({ subgraph: name, variables }) => [name, Object.keys(variables)])
    expect(Object.fromEntries(named)).toEqual({ search: ['a', 'deep'], accounts: ['b'] })
  })
})

describe('keys', () => {
  test('compound and nested keys are passed whole', async () => {
    const shop = subgraph(
      'shop',
      'type Query { item: Item } type Item @key(fields: "sku maker { id }") { sku: ID! maker: Maker! } type Maker { id: ID! @shareable name: String }',
      {
        Query: { item: () => ({ sku: 's', maker: { id: 'm', name: 'Acme' } }) },
      },
    )
    const stock = subgraph(
      'stock',
      'type Item @key(fields: "sku maker { id }") { sku: ID! maker: Maker! @external count(of: String): String } type Maker { id: ID! @shareable }',
      {
        Item: { count: (item) => JSON.stringify(item) },
      },
    )
    const { data, errors, requests } = await createLocalSupergraph([shop, stock]).ask('{ item { count } }')
    expect(errors).toEqual([])
    expect(data).toEqual({ item: { count: '{"__typename":"Item","sku":"s","maker":{"id":"m"}}' } })
    expect(requests).toHaveLength(2)
  })

  test('a subgraph that knows another key is reached through a third that knows both', async () => {
    const a = subgraph('a', 'type Query { thing: Thing } type Thing @key(fields: "id") { id: ID! }', {
      Query: { thing: () => ({ id: '1' }) },
    })
    const b = subgraph('b', 'type Thing @key(fields: "id") @key(fields: "sku") { id: ID! sku: ID! }', {
      Thing: { __resolveReference: ({ id }: Row) => ({ id, sku: `s${String(id)}` }) },
    })
    const c = subgraph('c', 'type Thing @key(fields: "sku") @key(fields: "ean") { sku: ID! ean: ID! }', {
      Thing: { __resolveReference: ({ sku }: Row) => ({ sku, ean: `e${String(sku)}` }) },
    })
    const d = subgraph('d', 'type Thing @key(fields: "ean") { ean: ID! price: String }', {
      Thing: { price: (thing) => `price of ${String(thing.ean)}` },
    })
    await expectAnswer(
      createLocalSupergraph([a, b, c, d]),
      '{ thing { price } }',
      { thing: { price: 'price of es1' } },
      { a: 1, b: 1, c: 1, d: 1 },
    )
  })

  test('a key that is null asks nobody, and the field is null without an error', async () => {
    const a = subgraph('a', 'type Query { things: [Thing] } type Thing @key(fields: "id") { id: ID }', {
      Query: { things: () => [{ id: null }, { id: '1' }] },
    })
    const b = subgraph('b', 'type Thing @key(fields: "id") { id: ID name: String }', { Thing: { name: () => 'known' } })
    await expectAnswer(
      createLocalSupergraph([a, b]),
      '{ things { name } }',
      { things: [{ name: null }, { name: 'known' }] },
      { a: 1, b: 1 },
    )
  })

  test('an extender that answers null leaves null, without an error', async () => {
    const b = subgraph('b', 'type User @key(fields: "id") { id: ID! hobby: String }', {
      User: { __resolveReference: () => null },
    })
    await expectAnswer(
      createLocalSupergraph([accounts(), b]),
      '{ users { name hobby } }',
      { users: users.map(({ name }) => ({ name, hobby: null })) },
      { accounts: 1, b: 1 },
    )
  })

  test('a key that is not resolvable is no way in', async () => {
    const a = subgraph(
      'a',
      'type Query { review: Review } type Review { user: User } type User @key(fields: "id", resolvable: false) { id: ID! }',
      { Query: { review: () => ({ user: { id: '2' } }) } },
    )
    await expectAnswer(
      createLocalSupergraph([a, accounts()]),
      '{ review { user { id name } } }',
      { review: { user: { id: '2', name: 'user 2' } } },
      { a: 1, accounts: 1 },
    )
  })
})

describe('@requires', () => {
  const products = (): LocalSubgraph =>
    subgraph(
      'products',
      'type Query { product: Product } type Product @key(fields: "id") { id: ID! weight: Int size: Size price(currency: String): Int } type Size @shareable { w: Int h: Int }',
      {
        Query: { product: () => ({ id: 'p', weight: 3, size: { w: 1, h: 2 } }) },
        Product: {
          __resolveReference: ({ id }: Row) => ({ id, weight: 3, size: { w: 1, h: 2 } }),
          price: (_product, { currency }) => (currency === 'USD' ? 10 : 7),
        },
      },
    )
  const told = (product: unknown): string => JSON.stringify(product)

  test('passes plain and nested fields that the client did not ask for', async () => {
    const shipping = subgraph(
      'shipping',
      'type Product @key(fields: "id") { id: ID! weight: Int @external size: Size @external cost: String @requires(fields: "weight size { h }") } type Size @shareable { w: Int h: Int }',
      { Product: { cost: told } },
    )
    await expectAnswer(
      createLocalSupergraph([products(), shipping]),
      '{ product { cost } }',
      { product: { cost: '{"__typename":"Product","id":"p","weight":3,"size":{"h":2}}' } },
      { products: 1, shipping: 1 },
    )
  })

  test('with arguments does not meet the client’s own arguments', async () => {
    const tax = subgraph(
      'tax',
      'type Product @key(fields: "id") { id: ID! price(currency: String): Int @external tax: String @requires(fields: "price(currency: \\"USD\\")") }',
      { Product: { tax: told } },
    )
    await expectAnswer(
      createLocalSupergraph([products(), tax]),
      '{ product { price(currency: "EUR") tax } }',
      { product: { price: 7, tax: '{"__typename":"Product","id":"p","price":10}' } },
      { products: 1, tax: 1 },
    )
  })

  test('fetches what a third subgraph has first', async () => {
    const catalog = subgraph('catalog', 'type Query { top: [Product] } type Product @key(fields: "id") { id: ID! }', {
      Query: { top: () => [{ id: '1' }, { id: '2' }] },
    })
    const shipping = subgraph(
      'shipping',
      'type Product @key(fields: "id") { id: ID! weight: Int @external cost: String @requires(fields: "weight") stock: Int }',
      { Product: { cost: (product) => `${String(product.weight)} kg`, stock: () => 1 } },
    )
    const supergraph = createLocalSupergraph([catalog, products(), shipping])
    await expectAnswer(
      supergraph,
      '{ top { cost stock } }',
      {
        top: [
          { cost: '3 kg', stock: 1 },
          { cost: '3 kg', stock: 1 },
        ],
      },
      { catalog: 1, products: 1, shipping: 1 },
    )
  })

  test('leaves the subgraph that has the field and comes back to it', async () => {
    const shipping = subgraph(
      'shipping',
      'type Query { parcel: Product } type Product @key(fields: "id") { id: ID! weight: Int @external cost: String @requires(fields: "weight") }',
      {
        Query: { parcel: () => ({ id: '1' }) },
        Product: { cost: (product) => `${String(product.weight)} kg` },
      },
    )
    await expectAnswer(
      createLocalSupergraph([products(), shipping]),
      '{ parcel { cost } }',
      { parcel: { cost: '3 kg' } },
      { products: 1, shipping: 2 },
    )
  })

  test('may rest on a field that itself requires', async () => {
    const a = subgraph(
      'a',
      'type Query { post: Post } type Post @key(fields: "id") { id: ID! byNovice: Boolean @external byExpert: String @requires(fields: "byNovice") }',
      { Query: { post: () => ({ id: '1' }) }, Post: { byExpert: (post) => `not ${String(post.byNovice)}` } },
    )
    const b = subgraph(
      'b',
      'type Post @key(fields: "id") { id: ID! author: String @external byNovice: Boolean @requires(fields: "author") }',
      { Post: { byNovice: (post) => post.author === 'ann' } },
    )
    const c = subgraph('c', 'type Post @key(fields: "id") { id: ID! author: String }', {
      Post: { author: () => 'ann' },
    })
    await expectAnswer(
      createLocalSupergraph([a, b, c]),
      '{ post { byExpert } }',
      { post: { byExpert: 'not true' } },
      { a: 2, b: 1, c: 1 },
    )
  })

  test('sends a null that was answered, and asks nobody where nothing was', async () => {
    const owner = subgraph(
      'owner',
      'type Query { product: Product } type Product @key(fields: "id") { id: ID! weight: Int }',
      { Query: { product: () => ({ id: '1', weight: null }) } },
    )
    const shipping = subgraph(
      'shipping',
      'type Product @key(fields: "id") { id: ID! weight: Int @external cost: String @requires(fields: "weight") }',
      { Product: { cost: told } },
    )
    await expectAnswer(
      createLocalSupergraph([owner, shipping]),
      '{ product { cost } }',
      { product: { cost: '{"__typename":"Product","id":"1","weight":null}' } },
      { owner: 1, shipping: 1 },
    )
  })
})

describe('@provides, @shareable and @override', () => {
  test('what a path provides is taken from there, and asked for elsewhere on other paths', async () => {
    const posts = subgraph(
      'posts',
      'type Query { post: Post @provides(fields: "author { name }") plain: Post } type Post { author: User } type User @key(fields: "id") { id: ID! name: String @external }',
      {
        Query: { post: () => ({ author: { id: '1', name: 'provided' } }), plain: () => ({ author: { id: '1' } }) },
      },
    )
    const supergraph = createLocalSupergraph([accounts(), posts])
    await expectAnswer(
      supergraph,
      '{ post { author { name } } }',
      { post: { author: { name: 'provided' } } },
      { posts: 1 },
    )
    await expectAnswer(
      supergraph,
      '{ plain { author { name } } }',
      { plain: { author: { name: 'user 1' } } },
      { posts: 1, accounts: 1 },
    )
  })

  test('a value type whose fields are split over subgraphs is put together', async () => {
    const a = subgraph('a', 'type Query { box: Box @shareable } type Box @shareable { width: Int }', {
      Query: { box: () => ({ width: 1 }) },
    })
    const b = subgraph(
      'b',
      'type Query { box: Box @shareable } type Box { height: Int @shareable inner: Inner } type Inner { depth: Int }',
      { Query: { box: () => ({ height: 2, inner: { depth: 3 } }) } },
    )
    await expectAnswer(
      createLocalSupergraph([a, b]),
      '{ box { width height inner { depth } } }',
      { box: { width: 1, height: 2, inner: { depth: 3 } } },
      { a: 1, b: 1 },
    )
    await expectAnswer(createLocalSupergraph([a, b]), '{ box { height } }', { box: { height: 2 } }, { b: 1 })
  })

  test('a value type of an entity that is split, in a list', async () => {
    const a = subgraph(
      'a',
      'type Query { things: [Thing!] } type Thing @key(fields: "id") { id: ID! parts: [Part!] @shareable } type Part @shareable { name: String }',
      {
        Query: { things: () => [{ id: '1', parts: [{ name: 'x' }, { name: 'y' }] }] },
      },
    )
    const b = subgraph(
      'b',
      'type Thing @key(fields: "id") { id: ID! parts: [Part!] @shareable } type Part { price: Int }',
      { Thing: { parts: () => [{ price: 1 }, { price: 2 }] } },
    )
    await expectAnswer(
      createLocalSupergraph([a, b]),
      '{ things { parts { name price } } }',
      {
        things: [
          {
            parts: [
              { name: 'x', price: 1 },
              { name: 'y', price: 2 },
            ],
          },
        ],
      },
      { a: 1, b: 1 },
    )
  })

  test('an overridden field is answered by its new owner', async () => {
    const b = subgraph(
      'b',
      'type Query { hello: String } type User @key(fields: "id") { id: ID! name: String @override(from: "accounts") }',
      { User: { name: () => 'new' } },
    )
    await expectAnswer(
      createLocalSupergraph([accounts(), b]),
      '{ users { name role } }',
      { users: users.map(() => ({ name: 'new', role: 'ADMIN' })) },
      { accounts: 1, b: 1 },
    )
  })

  test('siblings of one subgraph are one request, whichever subgraphs could answer', async () => {
    const a = subgraph('a', 'type Query { x: Int @shareable y: Int z: Int @shareable }', {
      Query: { x: () => 1, y: () => 2, z: () => 3 },
    })
    const b = subgraph('b', 'type Query { x: Int @shareable w: Int z: Int @shareable }', {
      Query: { x: () => 1, w: () => 4, z: () => 3 },
    })
    await expectAnswer(createLocalSupergraph([a, b]), '{ x w z }', { x: 1, w: 4, z: 3 }, { b: 1 })
    await expectAnswer(createLocalSupergraph([a, b]), '{ x y z }', { x: 1, y: 2, z: 3 }, { a: 1 })
    await expectAnswer(createLocalSupergraph([a, b]), '{ x y w z }', { x: 1, y: 2, w: 4, z: 3 }, { a: 1, b: 1 })
  })
})

describe('enums, inaccessible elements', () => {
  test('an enum value that clients may not see is null', async () => {
    const a = subgraph('a', 'type Query { kinds: [Kind] } enum Kind { OPEN SECRET @inaccessible }', {
      Query: { kinds: () => ['OPEN', 'SECRET'] },
    })
    const { data, errors } = await createLocalSupergraph([a]).ask('{ kinds }')
    expect(data).toEqual({ kinds: ['OPEN', null] })
    expect(errors).toEqual([])
  })

  test('an inaccessible key still joins', async () => {
    const a = subgraph(
      'a',
      'type Query { thing: Thing } type Thing @key(fields: "secret") { secret: ID! @inaccessible id: ID }',
      { Query: { thing: () => ({ secret: 's', id: '1' }) } },
    )
    const b = subgraph('b', 'type Thing @key(fields: "secret") { secret: ID! @inaccessible name: String }', {
      Thing: { name: (thing) => `name of ${String(thing.secret)}` },
    })
    const supergraph = createLocalSupergraph([a, b])
    await expectAnswer(supergraph, '{ thing { id name } }', { thing: { id: '1', name: 'name of s' } }, { a: 1, b: 1 })
    await expect(supergraph.ask('{ thing { secret } }')).rejects.toThrow(/Cannot query field/)
  })
})

describe('interfaces and unions', () => {
  const media = (): LocalSubgraph =>
    subgraph(
      'media',
      `type Query { all: [Media] any: [Any] } interface Media { id: ID! }
       type Book implements Media @key(fields: "id") { id: ID! title: String! size: Int }
       type Film implements Media @key(fields: "id") { id: ID! title: String size: String! }
       union Any = Book | Film`,
      { Query: { all: () => things, any: () => things } },
    )
  const things = [
    { __typename: 'Book', id: 'b', title: 'Emma', size: 5 },
    { __typename: 'Film', id: 'f', title: 'Ankur', size: 'big' },
  ]
  const ratings = (): LocalSubgraph =>
    subgraph(
      'ratings',
      'type Book @key(fields: "id") { id: ID! stars: Int } type Film @key(fields: "id") { id: ID! stars: Int! label: String }',
      {
        Book: { stars: () => 4 },
        Film: { stars: () => 5, label: () => 'U' },
      },
    )
  const supergraph = createLocalSupergraph([media(), ratings()])

  test('fields of several types from another subgraph are one request', async () => {
    await expectAnswer(
      supergraph,
      '{ all { ... on Book { s: stars } ... on Film { label } } }',
      { all: [{ s: 4 }, { label: 'U' }] },
      { media: 1, ratings: 1 },
    )
  })

  test('like-named fields of unlike types get along, here and across subgraphs', async () => {
    const query = '{ any { ... on Book { t: title n: size b: stars } ... on Film { u: title m: size f: stars } } }'
    await expectAnswer(
      supergraph,
      query,
      {
        any: [
          { t: 'Emma', n: 5, b: 4 },
          { u: 'Ankur', m: 'big', f: 5 },
        ],
      },
      { media: 1, ratings: 1 },
    )
  })

  test('what only one type is asked for costs no request where none has it', async () => {
    const only = createLocalSupergraph([
      subgraph(
        'media',
        'type Query { all: [Media] } interface Media { id: ID! } type Book implements Media @key(fields: "id") { id: ID! } type Film implements Media @key(fields: "id") { id: ID! }',
        { Query: { all: () => [things[0]] } },
      ),
      ratings(),
    ])
    await expectAnswer(
      only,
      '{ all { __typename id ... on Film { label } } }',
      { all: [{ __typename: 'Book', id: 'b' }] },
      { media: 1 },
    )
  })

  test('an interface’s own fields are asked of the interface', async () => {
    const { requests, data } = await supergraph.ask('{ all { id } }')
    expect(requests.map(({ query }) => query)).toEqual(['query{all{__typename id}}'])
    expect(data).toEqual({ all: [{ id: 'b' }, { id: 'f' }] })
  })

  test('union members that only one subgraph knows are answered by it', async () => {
    const a = subgraph(
      'a',
      'type Query { hit: Hit @shareable } union Hit = Book type Book @shareable { title: String }',
      { Query: { hit: () => ({ __typename: 'Book', title: 'Emma' }) } },
    )
    const b = subgraph(
      'b',
      'type Query { hit: Hit @shareable } union Hit = Book | Film type Book @shareable { title: String } type Film { name: String }',
      { Query: { hit: () => ({ __typename: 'Book', title: 'Emma' }) } },
    )
    const { data, errors } = await createLocalSupergraph([a, b]).ask(
      '{ hit { ... on Book { title } ... on Film { name } } }',
    )
    expect(errors).toEqual([])
    expect(data).toEqual({ hit: { title: 'Emma' } })
  })
})

describe('mutations', () => {
  test('run one after the other, each with its joins', async () => {
    const log: string[] = []
    const a = subgraph(
      'a',
      'type Query { x: Int } type Mutation { add(n: Int): User } type User @key(fields: "id") { id: ID! }',
      {
        Mutation: {
          add: async (_root, { n }) => (await Promise.resolve(), log.push(`add ${String(n)}`), { id: String(n) }),
        },
      },
    )
    const supergraph = createLocalSupergraph([a, accounts()])
    await expectAnswer(
      supergraph,
      'mutation { first: add(n: 1) { name } second: add(n: 2) { name } }',
      { first: { name: 'user 1' }, second: { name: 'user 2' } },
      { a: 1, accounts: 1 },
    )
    expect(log).toEqual(['add 1', 'add 2'])
  })
})

describe('@interfaceObject', () => {
  const users = (): LocalSubgraph =>
    subgraph(
      'users',
      'type Query { nodes: [Node] } interface Node @key(fields: "id") { id: ID! name: String } type User implements Node @key(fields: "id") { id: ID! name: String age: Int } type Bot implements Node @key(fields: "id") { id: ID! name: String }',
      {
        Query: { nodes: () => [all[0], all[1]] },
        Node: { __resolveReference: ({ id }: Row) => all.find((node) => node.id === id) },
        User: { __resolveReference: ({ id }: Row) => all.find((node) => node.id === id) },
        Bot: { __resolveReference: ({ id }: Row) => all.find((node) => node.id === id) },
      },
    )
  const all = [
    { __typename: 'User', id: 'u', name: 'Ann', age: 9 },
    { __typename: 'Bot', id: 'b', name: 'Bob' },
  ]
  const likes = (): LocalSubgraph =>
    subgraph(
      'likes',
      'type Query { liked: [Node] } type Node @key(fields: "id") @interfaceObject { id: ID! likes: Int }',
      {
        Query: {
          liked: () => [
            { id: 'b', likes: 1 },
            { id: 'u', likes: 2 },
          ],
        },
        Node: { likes: (node) => node.likes ?? 7 },
      },
    )
  const supergraph = createLocalSupergraph([users(), likes()])

  test('adds fields to every implementation, in one request', async () => {
    await expectAnswer(
      supergraph,
      '{ nodes { name likes } }',
      {
        nodes: [
          { name: 'Ann', likes: 7 },
          { name: 'Bob', likes: 7 },
        ],
      },
      { users: 1, likes: 1 },
    )
    await expectAnswer(
      supergraph,
      '{ nodes { ... on User { age likes } } }',
      { nodes: [{ age: 9, likes: 7 }, {}] },
      { users: 1, likes: 1 },
    )
  })

  test('learns the real type where it matters, and not otherwise', async () => {
    await expectAnswer(
      supergraph,
      '{ liked { likes name } }',
      {
        liked: [
          { likes: 1, name: 'Bob' },
          { likes: 2, name: 'Ann' },
        ],
      },
      { likes: 1, users: 1 },
    )
    await expectAnswer(
      supergraph,
      '{ liked { __typename likes } }',
      {
        liked: [
          { __typename: 'Bot', likes: 1 },
          { __typename: 'User', likes: 2 },
        ],
      },
      { likes: 1, users: 1 },
    )
    await expectAnswer(
      supergraph,
      '{ liked { id likes } }',
      {
        liked: [
          { id: 'b', likes: 1 },
          { id: 'u', likes: 2 },
        ],
      },
      { likes: 1 },
    )
    await expectAnswer(
      supergraph,
      '{ liked { likes ... on User { age } } }',
      { liked: [{ likes: 1 }, { likes: 2, age: 9 }] },
      { likes: 1, users: 1 },
    )
  })
})

describe('Federation 1 subgraphs', () => {
  test('extend what others own', async () => {
    const owner = createLocalSubgraph(
      'owner',
      'type Query { user: User } type User @key(fields: "id") { id: ID! name: String }',
      {
        Query: { user: () => users[0] },
        User: { __resolveReference: ({ id }: Row) => users.find((user) => user.id === id) },
      },
    )
    const extender = createLocalSubgraph(
      'extender',
      'extend type Query { reviewer: User } extend type User @key(fields: "id") { id: ID! @external score: Int name: String @external title: String @requires(fields: "name") }',
      {
        Query: { reviewer: () => ({ id: '2' }) },
        User: { score: () => 3, title: (user) => `Dr ${String(user.name)}` },
      },
    )
    const supergraph = createLocalSupergraph([owner, extender])
    await expectAnswer(
      supergraph,
      '{ user { id score title } }',
      { user: { id: '1', score: 3, title: 'Dr user 1' } },
      { owner: 1, extender: 1 },
    )
    await expectAnswer(
      supergraph,
      '{ reviewer { id name score } }',
      { reviewer: { id: '2', name: 'user 2', score: 3 } },
      { owner: 1, extender: 1 },
    )
  })

  test('say so by a directive as well', async () => {
    const owner = createLocalSubgraph(
      'owner',
      'type Query { user: User } type User @key(fields: "id") { id: ID! name: String }',
      {
        Query: { user: () => users[0] },
        User: { __resolveReference: ({ id }: Row) => users.find((user) => user.id === id) },
      },
    )
    const extender = createLocalSubgraph(
      'extender',
      'type Query @extends { reviewer: User } type User @extends @key(fields: "id") { id: ID! @external score: Int }',
      { Query: { reviewer: () => ({ id: '2' }) }, User: { score: () => 3 } },
    )
    await expectAnswer(
      createLocalSupergraph([owner, extender]),
      '{ user { name score } reviewer { name score } }',
      { user: { name: 'user 1', score: 3 }, reviewer: { name: 'user 2', score: 3 } },
      { owner: 2, extender: 2 },
    )
  })
})
