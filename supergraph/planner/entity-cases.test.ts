import { describe, expect, test } from 'vitest'
import { byKey, countsOf, expectAnswer, subgraph } from '../fixtures/federation-case.ts'
import { createLocalSupergraph } from '../fixtures/local-supergraph.ts'

describe('keys that hold lists and objects', () => {
  const products = [
    { id: '1', pid: 'p1', price: { price: 100 }, category: { id: 'c1', tag: 't1', mainProduct: { id: '1' } } },
    { id: '2', pid: 'p2', price: { price: 200 }, category: { id: 'c2', tag: 't2', mainProduct: { id: '2' } } },
  ]
  const list = {
    products: [{ id: '1' }, { id: '2' }],
    selected: { id: '2' },
    first: { id: '1' },
  }
  const a = subgraph(
    'a',
    `type Query { topProducts: ProductList! }
     type ProductList @key(fields: "products { id }") { products: [Product!]! }
     type Product @key(fields: "id") { id: String! category: Category } type Category @key(fields: "id") { id: String! mainProduct: Product! @shareable }`,
    {
      Query: { topProducts: () => ({ products: products.map(({ id, category }) => ({ id, category })) }) },
      Product: { __resolveReference: byKey(products) },
    },
  )
  const b = subgraph(
    'b',
    `type ProductList @key(fields: "products { id }") @key(fields: "products { id pid }") { products: [Product!]! }
     type Product @key(fields: "id") @key(fields: "id pid") { id: String! pid: String }`,
    {
      ProductList: { __resolveReference: () => ({ products: products.map(({ id, pid }) => ({ id, pid })) }) },
      Product: { __resolveReference: byKey(products) },
    },
  )
  const c = subgraph(
    'c',
    `type ProductList @key(fields: "products { id pid category { id tag } }") { products: [Product!]! selected: Product @shareable first: Product @shareable }
     type Product @key(fields: "id pid category { id tag }") { id: String! pid: String category: Category price: Price } type Price { price: Float! }
     type Category @key(fields: "id tag") { id: String! tag: String }`,
    {
      ProductList: {
        __resolveReference: ({ products: given }) => ({
          products: given,
          selected: byKey(products)(list.selected, {}),
          first: byKey(products)(list.first, {}),
        }),
      },
      Product: { __resolveReference: byKey(products) },
    },
  )
  const d = subgraph(
    'd',
    'type Category @key(fields: "id") { id: String! tag: String @shareable mainProduct: Product! @shareable } type Product @key(fields: "id", resolvable: false) { id: String! }',
    {
      Category: { __resolveReference: byKey(products.map(({ category }) => category)) },
    },
  )
  const supergraph = createLocalSupergraph(
    [
      a,
      b,
      {
        ...c,
        sdl: c.sdl.replace('tag: String }', 'tag: String @shareable }'),
      },
      d,
    ].map((one) => ({ ...one, sdl: shareable(one.sdl) })),
  )

  test('are put together from three subgraphs before a fourth answers', async () => {
    const data = {
      topProducts: {
        products: [
          { id: '1', pid: 'p1', price: { price: 100 }, category: { mainProduct: { id: '1' } } },
          { id: '2', pid: 'p2', price: { price: 200 }, category: { mainProduct: { id: '2' } } },
        ],
      },
    }
    const query = '{ topProducts { products { id pid price { price } category { mainProduct { id } } } } }'
    await expectAnswer(supergraph, query, data, { a: 1, b: 1, d: 1, c: 1 })
  })

  test('of a list lead to what only the last knows of it', async () => {
    const data = { topProducts: { first: { id: '1' }, selected: { id: '2' }, products: [{ id: '1' }, { id: '2' }] } }
    const answer = await supergraph.ask('{ topProducts { products { id } selected { id } first { id } } }')
    expect(answer).toMatchObject({ data, errors: [] })
    expect(countsOf(answer)).toEqual({ a: 1, b: 1, d: 1, c: 1 })
  })
})

function shareable(sdl: string): string {
  return sdl
    .replaceAll(/(products: \[Product!\]!)(?! @)/g, '$1 @shareable')
    .replaceAll(/(pid: String)(?! @)/g, '$1 @shareable')
    .replaceAll(/(category: Category)(?! @)/g, '$1 @shareable')
}

test('a compound key of an entity within its parent is passed on with the parent’s', async () => {
  const users = [
    { id: 'u1', organization: { id: 'o1' }, name: 'ann' },
    { id: 'u2', organization: { id: 'o2' }, name: 'bob' },
  ]
  const organizations = subgraph(
    'organizations',
    'type Query { organization: Organization } type Organization @key(fields: "id") { id: ID! users: [User!]! } type User @key(fields: "id organization { id }") { id: ID! organization: Organization! @shareable }',
    { Query: { organization: () => ({ id: 'o1', users: [users[0]] }) } },
  )
  const profiles = subgraph(
    'profiles',
    'type User @key(fields: "id organization { id }") { id: ID! organization: Organization! @shareable name: String } type Organization @key(fields: "id", resolvable: false) { id: ID! }',
    { User: { __resolveReference: byKey(users) } },
  )
  await expectAnswer(
    createLocalSupergraph([organizations, profiles]),
    '{ organization { users { name organization { id } } } }',
    { organization: { users: [{ name: 'ann', organization: { id: 'o1' } }] } },
    { organizations: 1, profiles: 1 },
  )
})

test('an entity is entered through whichever of its keys is at hand, and changed for another where needed', async () => {
  const a = subgraph(
    'a',
    'type Query { b: B } type A @key(fields: "id") @key(fields: "pId") @key(fields: "compositeId { two three }") { id: ID! pId: ID! compositeId: CompositeID! name: String! } type CompositeID { one: ID! two: ID! three: ID! } type B @key(fields: "id") { id: ID! }'.replace(
      'type CompositeID',
      'type CompositeID @shareable',
    ),
    {
      Query: { b: () => ({ id: '100' }) },
      A: {
        __resolveReference: byKey([
          { id: '1', pId: 'p1', compositeId: { one: 'x', two: '2', three: '3' }, name: 'a.1' },
        ]),
      },
    },
  )
  const b = subgraph(
    'b',
    'type B @key(fields: "id") { id: ID! a: [A!]! } type A @key(fields: "id") @key(fields: "compositeId { two three }") { id: ID! compositeId: CompositeID! name: String! @external nameInB: String! @requires(fields: "name") } type CompositeID @shareable { two: ID! three: ID! }',
    {
      B: { a: () => [{ id: '1', compositeId: { two: '2', three: '3' } }] },
      A: { nameInB: ({ name }) => `b.${String(name)}` },
    },
  )
  await expectAnswer(
    createLocalSupergraph([a, b]),
    '{ b { id a { id name nameInB } } }',
    { b: { id: '100', a: [{ id: '1', name: 'a.1', nameInB: 'b.a.1' }] } },
    { a: 2, b: 2 },
  )
})

test('objects without one of their keys are left alone in a list whose others are joined', async () => {
  const a = subgraph(
    'a',
    'type Query { shelves: [Shelf] } type Shelf { book: Book } type Book @key(fields: "upc") { upc: ID! }',
    { Query: { shelves: () => ['b1', 'b2', 'b3'].map((upc) => ({ book: { upc } })) } },
  )
  const b = subgraph('b', 'type Book @key(fields: "id") @key(fields: "upc") { id: ID! upc: ID! }', {
    Book: { __resolveReference: ({ upc }) => (upc === 'b1' ? { id: '1', upc } : null) },
  })
  const c = subgraph(
    'c',
    'type Book @key(fields: "id") { id: ID! author: Author } type Author { id: ID! name: String! }',
    {
      Book: { __resolveReference: ({ id }) => ({ id, author: { id: 'a1', name: 'Alice' } }) },
    },
  )
  await expectAnswer(
    createLocalSupergraph([a, b, c]),
    '{ shelves { book { upc author { name } } } }',
    {
      shelves: [
        { book: { upc: 'b1', author: { name: 'Alice' } } },
        { book: { upc: 'b2', author: null } },
        { book: { upc: 'b3', author: null } },
      ],
    },
    { a: 1, b: 1, c: 1 },
  )
})

test('an entity below an entity of another subgraph is one more request', async () => {
  const products = subgraph(
    'a',
    'type Query { products: [Product] } type Product @key(fields: "id pid") { id: ID! pid: ID! }',
    { Query: { products: () => [{ id: 'p1', pid: 'x1' }] } },
  )
  const categories = subgraph(
    'b',
    'type Product @key(fields: "id pid") { id: ID! pid: ID! category: Category @shareable } type Category @shareable { details: Details } type Details { products: Int }'.replace(
      'type Details',
      'type Details @shareable',
    ),
    { Product: { category: () => ({ details: { products: 2 } }) } },
  )
  const names = subgraph(
    'c',
    'type Product @key(fields: "id pid") { id: ID! pid: ID! category: Category @shareable name: String } type Category @shareable { name: String }',
    { Product: { category: () => ({ name: 'tools' }), name: () => 'saw' } },
  )
  await expectAnswer(
    createLocalSupergraph([products, categories, names]),
    '{ products { id category { name details { products } } } }',
    { products: [{ id: 'p1', category: { name: 'tools', details: { products: 2 } } }] },
    { a: 1, b: 1, c: 1 },
  )
})

test('what both subgraphs share at the root is taken from each in part, once', async () => {
  const sdl = (own: string): string =>
    `type Query { product: Product @shareable products: [Product] @shareable } type Product @shareable { id: ID! ${own}: Part } type Part { value: String }`.replace(
      'type Part',
      `type Part @shareable`,
    )
  const make = (name: string): ReturnType<typeof subgraph> => {
    const product = { id: '1', [name]: { value: name } }
    return subgraph(name, sdl(name), { Query: { product: () => product, products: () => [product] } })
  }
  const supergraph = createLocalSupergraph([make('category'), make('name'), make('price')])
  const fields = '{ id category { value } name { value } price { value } }'
  const product = { id: '1', category: { value: 'category' }, name: { value: 'name' }, price: { value: 'price' } }
  await expectAnswer(supergraph, `{ product ${fields} }`, { product }, { category: 1, name: 1, price: 1 })
  await expectAnswer(supergraph, `{ products ${fields} }`, { products: [product] }, { category: 1, name: 1, price: 1 })
})

describe('Federation 1 and @external', () => {
  const users = [
    { id: 'u1', name: 'name1', rid: 'r1' },
    { id: 'u2', name: 'name2', rid: 'r2' },
  ]
  const owner = (): ReturnType<typeof subgraph> =>
    subgraph('b', 'type User @key(fields: "id") { id: ID! name: String! @shareable nickname: String }', {
      User: { __resolveReference: byKey(users) },
    })

  test('what is external and provided on one path only is asked of its owner on the others', async () => {
    const a = subgraph(
      'a',
      'type Query { randomUser: User providedRandomUser: User @provides(fields: "name") } extend type User @key(fields: "id") { id: ID! @external name: String! @external rid: ID }',
      {
        Query: { randomUser: () => users[0], providedRandomUser: () => users[1] },
        User: { rid: (user) => users.find(({ id }) => id === user.id)?.rid },
      },
    )
    const supergraph = createLocalSupergraph([a, owner()])
    await expectAnswer(supergraph, '{ randomUser { id rid } }', { randomUser: { id: 'u1', rid: 'r1' } }, { a: 1 })
    await expectAnswer(
      supergraph,
      '{ randomUser { id name } }',
      { randomUser: { id: 'u1', name: 'name1' } },
      { a: 1, b: 1 },
    )
    await expectAnswer(
      supergraph,
      '{ providedRandomUser { id name } }',
      { providedRandomUser: { id: 'u2', name: 'name2' } },
      { a: 1 },
    )
  })

  test('a field that is external for no reason is asked of its owner', async () => {
    const a = subgraph(
      'a',
      'type Query { product: Product } type Product @key(fields: "id") { id: ID! price: Price } type Price @key(fields: "id") { id: ID! amount: Int @shareable currency: String @shareable }',
      {
        Query: { product: () => ({ id: '1', price: { id: 'p', amount: 1, currency: 'USD' } }) },
        Product: { __resolveReference: () => ({ id: '1', price: { id: 'p', amount: 1, currency: 'USD' } }) },
      },
    )
    const b = subgraph(
      'b',
      'type Product @key(fields: "id") { id: ID! name: String! price: Price @external isCheap: Boolean @requires(fields: "price { amount }") } type Price @key(fields: "id") { id: ID! amount: Int @external currency: String @shareable }',
      { Product: { name: () => 'saw', isCheap: ({ price }) => JSON.stringify(price) === '{"amount":1}' } },
    )
    await expectAnswer(
      createLocalSupergraph([a, b]),
      '{ product { name isCheap price { currency } } }',
      { product: { name: 'saw', isCheap: true, price: { currency: 'USD' } } },
      { a: 1, b: 1 },
    )
  })
})

describe('@override', () => {
  test('of a field of an interface’s implementations is asked of the new owner, through the interface too', async () => {
    const posts = [
      { __typename: 'ImagePost', id: 'i1', createdAt: 'old-1' },
      { __typename: 'TextPost', id: 't1', createdAt: 'text', body: 'b' },
    ]
    const a = subgraph(
      'a',
      'type Query { feed: [Post] } interface Post { id: ID! createdAt: String! } type ImagePost implements Post @key(fields: "id") { id: ID! createdAt: String! } type TextPost implements Post @key(fields: "id") { id: ID! createdAt: String! body: String! }',
      { Query: { feed: () => posts } },
    )
    const b = subgraph(
      'b',
      'type Query { another: [AnotherPost] } interface AnotherPost { id: ID! createdAt: String! } type ImagePost implements AnotherPost @key(fields: "id") { id: ID! createdAt: String! @override(from: "a") }',
      {
        Query: { another: () => [{ __typename: 'ImagePost', id: 'i1', createdAt: 'new-1' }] },
        ImagePost: { createdAt: () => 'new-1' },
      },
    )
    const supergraph = createLocalSupergraph([a, b])
    const data = {
      feed: [
        { id: 'i1', createdAt: 'new-1' },
        { id: 't1', createdAt: 'text' },
      ],
    }
    await expectAnswer(supergraph, '{ feed { id createdAt } }', data, { a: 1, b: 1 })
    await expectAnswer(
      supergraph,
      '{ feed { ... on TextPost { id body } } }',
      { feed: [{}, { id: 't1', body: 'b' }] },
      { a: 1 },
    )
    await expectAnswer(
      supergraph,
      '{ another { createdAt id ... on ImagePost { id } } }',
      { another: [{ createdAt: 'new-1', id: 'i1' }] },
      { b: 1 },
    )
  })

  test('of a field that others require gives them the new owner’s value', async () => {
    const a = subgraph(
      'a',
      'type Query { userInA: User } type User @key(fields: "id") { id: ID name: String @override(from: "b") @shareable }',
      { Query: { userInA: () => ({ id: 'u1', name: 'from a' }) }, User: { name: () => 'from a' } },
    )
    const b = subgraph(
      'b',
      'type Query { userInB: User } type User @key(fields: "id") { id: ID name: String @shareable }',
      { Query: { userInB: () => ({ id: 'u1', name: 'from b' }) } },
    )
    const c = subgraph(
      'c',
      'type Query { userInC: User } type User @key(fields: "id") { id: ID name: String @external cName: String @requires(fields: "name") }',
      { Query: { userInC: () => ({ id: 'u1' }) }, User: { cName: ({ name }) => `c.${String(name)}` } },
    )
    const supergraph = createLocalSupergraph([a, b, c])
    await expectAnswer(
      supergraph,
      '{ userInA { name cName } }',
      { userInA: { name: 'from a', cName: 'c.from a' } },
      { a: 1, c: 1 },
    )
    await expectAnswer(supergraph, '{ userInB { name } }', { userInB: { name: 'from a' } }, { b: 1, a: 1 })
    await expectAnswer(supergraph, '{ userInB { cName } }', { userInB: { cName: 'c.from a' } }, { b: 1, a: 1, c: 1 })
    await expectAnswer(supergraph, '{ userInC { cName } }', { userInC: { cName: 'c.from a' } }, { a: 1, c: 2 })
  })

  test('from a subgraph that does not exist changes nothing', async () => {
    const a = subgraph(
      'a',
      'type Query { feed: [Post] @override(from: "gone") } type Post @key(fields: "id") { id: ID! createdAt: String @override(from: "gone") }',
      {
        Query: { feed: () => [{ id: '1', createdAt: 'now' }] },
      },
    )
    await expectAnswer(createLocalSupergraph([a]), '{ feed { createdAt } }', { feed: [{ createdAt: 'now' }] }, { a: 1 })
  })
})
