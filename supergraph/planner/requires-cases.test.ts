import { describe, expect, test } from 'vitest'
import { byKey, countsOf, expectAnswer, subgraph } from '../fixtures/federation-case.ts'
import { createLocalSupergraph } from '../fixtures/local-supergraph.ts'
import type { Row } from './representations.ts'

const told = (row: Row): string => JSON.stringify(row)

describe('@requires with arguments', () => {
  const inventory = (fields: string, resolvers: Record<string, (row: Row) => unknown>): ReturnType<typeof subgraph> =>
    subgraph(
      'inventory',
      `type Product @key(fields: "id") { id: ID! weight: Int @external price(currency: String!): Int @external ${fields} }`,
      { Product: resolvers },
    )
  const products = (): ReturnType<typeof subgraph> =>
    subgraph(
      'products',
      'type Query { product: Product } type Product @key(fields: "id") { id: ID! weight: Int price(currency: String!): Int }',
      {
        Query: { product: () => ({ id: '1', weight: 5 }) },
        Product: {
          __resolveReference: ({ id }) => ({ id, weight: 5 }),
          price: (_product, { currency }) => (currency === 'USD' ? 10 : 7),
        },
      },
    )

  test('of the same field, unlike each other, are asked apart in one request', async () => {
    const supergraph = createLocalSupergraph([
      products(),
      inventory(
        'dollars: String @requires(fields: "price(currency: \\"USD\\") weight") euros: String @requires(fields: "price(currency: \\"EUR\\") weight")',
        { dollars: told, euros: told },
      ),
    ])
    const representation = (price: number): string => `{"__typename":"Product","id":"1","price":${price},"weight":5}`
    await expectAnswer(
      supergraph,
      '{ product { dollars euros price(currency: "JPY") weight } }',
      { product: { dollars: representation(10), euros: representation(7), price: 7, weight: 5 } },
      { products: 1, inventory: 1 },
    )
  })
})

test('several @requires below one object, and below a key’s object, are all passed', async () => {
  const size = { w: 1, h: 2, maker: { id: 'm', name: 'Acme' } }
  const a = subgraph(
    'a',
    'type Query { box: Box } type Box @key(fields: "id maker { id }") { id: ID! size: Size maker: Maker! @shareable } type Size @shareable { w: Int h: Int } type Maker { id: ID! @shareable name: String }',
    { Query: { box: () => ({ id: '1', size, maker: size.maker }) } },
  )
  const b = subgraph(
    'b',
    'type Box @key(fields: "id maker { id }") { id: ID! size: Size @external maker: Maker! @shareable wide: String @requires(fields: "size { w }") high: String @requires(fields: "size { h }") made: String @requires(fields: "maker { name }") } type Size @shareable { w: Int h: Int } type Maker { id: ID! @shareable name: String @external }',
    { Box: { wide: told, high: told, made: told } },
  )
  const supergraph = createLocalSupergraph([a, b])
  const whole = '{"__typename":"Box","id":"1","maker":{"id":"m","name":"Acme"},"size":{"w":1,"h":2}}'
  await expectAnswer(
    supergraph,
    '{ box { wide high made } }',
    { box: { wide: whole, high: whole, made: whole } },
    { a: 1, b: 1 },
  )
})

describe('@requires of abstract types', () => {
  const address = (id: string): Row | undefined =>
    [
      { __typename: 'HomeAddress', id: 'a1', city: 'City 1', country: 'C1' },
      { __typename: 'WorkAddress', id: 'a2', city: 'City 2', street: 'S2' },
    ].find((one) => one.id === id)
  const users = [
    { id: 'u1', name: 'ann', address: address('a1') },
    { id: 'u2', name: 'bob', address: address('a2') },
  ]

  test('passes what is wanted of each type, with its name, and lists of them', async () => {
    const a = subgraph(
      'a',
      `type Query { users: [User] } type User @key(fields: "id") { id: ID! name: String address: Address addresses: [Address] } interface Address { id: ID! }
       type HomeAddress implements Address @key(fields: "id") { id: ID! } type WorkAddress implements Address @key(fields: "id") { id: ID! street: String @shareable }`,
      {
        Query: { users: () => users },
        User: {
          __resolveReference: byKey(users),
          addresses: (user) => [users.find(({ id }) => id === user.id)?.address, null],
        },
      },
    )
    const b = subgraph(
      'b',
      `interface Address { id: ID! city: String } type HomeAddress implements Address @key(fields: "id") { id: ID! city: String country: String } type WorkAddress implements Address @key(fields: "id") { id: ID! city: String }`,
      {
        HomeAddress: { __resolveReference: ({ id }) => address(String(id)) ?? null },
        WorkAddress: { __resolveReference: ({ id }) => address(String(id)) ?? null },
      },
    )
    const c = subgraph(
      'c',
      `type User @key(fields: "id") { id: ID! address: Address @external addresses: [Address] @external
         place: String @requires(fields: "address { __typename id ... on HomeAddress { city country } ... on WorkAddress { street } }")
         places: String @requires(fields: "addresses { ... on HomeAddress { country } }") }
       interface Address { id: ID! } type HomeAddress implements Address @key(fields: "id") { id: ID! city: String @external country: String @external } type WorkAddress implements Address @key(fields: "id") { id: ID! street: String @external }`,
      {
        User: {
          place: ({ address: given }) => JSON.stringify(given),
          places: ({ addresses }) => JSON.stringify(addresses),
        },
      },
    )
    const supergraph = createLocalSupergraph([a, b, c])
    const answer = await supergraph.ask('{ users { place } }')
    expect(answer.errors).toEqual([])
    expect((answer.data as { users: Array<{ place: string }> }).users.map(({ place }) => JSON.parse(place))).toEqual([
      { __typename: 'HomeAddress', id: 'a1', city: 'City 1', country: 'C1' },
      { __typename: 'WorkAddress', id: 'a2', street: 'S2' },
    ])
    expect(countsOf(answer)).toEqual({ a: 1, b: 1, c: 1 })
    const lists = await supergraph.ask('{ users { id places } }')
    expect((lists.data as { users: Array<{ places: string }> }).users.map(({ places }) => JSON.parse(places))).toEqual([
      [{ __typename: 'HomeAddress', country: 'C1' }, null],
      [{ __typename: 'WorkAddress' }, null],
    ])
    expect(countsOf(lists)).toEqual({ a: 1, b: 1, c: 1 })
  })

  test('through nested fragments on interfaces and unions', async () => {
    const a = subgraph(
      'a',
      `type Query { a: Entity } type Entity @key(fields: "id") { id: ID! data: Foo } interface Foo { foo: String! } interface Bar implements Foo { foo: String! bar: String! }
       type Baz implements Foo & Bar @shareable { foo: String! bar: String! baz: String! } type Qux implements Foo & Bar @shareable { foo: String! bar: String! qux: String! }`,
      { Query: { a: () => ({ id: '1', data: { __typename: 'Qux', foo: 'foo', bar: 'bar', qux: 'qux' } }) } },
    )
    const b = subgraph(
      'b',
      `type Query { b: Entity } type Entity @key(fields: "id") { id: ID! data: Foo @external requirer: String! @requires(fields: "data { foo ... on Baz { bar baz } ... on Qux { ... on Qux { bar qux } } }") }
       interface Foo { foo: String! } interface Bar implements Foo { foo: String! bar: String! }
       type Baz implements Foo & Bar @shareable { foo: String! bar: String! baz: String! } type Qux implements Foo & Bar @shareable { foo: String! bar: String! qux: String! }`,
      { Query: { b: () => ({ id: '1' }) }, Entity: { requirer: ({ data }) => JSON.stringify(data) } },
    )
    const supergraph = createLocalSupergraph([{ ...a, sdl: a.sdl }, b])
    const a2 = await supergraph.ask('{ a { requirer } }')
    expect(JSON.parse((a2.data as { a: { requirer: string } }).a.requirer)).toEqual({
      __typename: 'Qux',
      foo: 'foo',
      bar: 'bar',
      qux: 'qux',
    })
    expect(countsOf(a2)).toEqual({ a: 1, b: 1 })
  })
})

describe('@interfaceObject', () => {
  const rows = [
    { __typename: 'User', id: 'u1', name: 'u1-name', age: 11 },
    { __typename: 'Bot', id: 'b1', name: 'b1-name' },
  ]
  const a = (key = 'type User implements NodeWithName @key(fields: "id")'): ReturnType<typeof subgraph> =>
    subgraph(
      'a',
      `type Query { users: [NodeWithName!]! } interface NodeWithName @key(fields: "id") { id: ID! name: String } ${key} { id: ID! name: String age: Int } type Bot implements NodeWithName @key(fields: "id") { id: ID! name: String }`,
      {
        Query: { users: () => rows },
        NodeWithName: { __resolveReference: byKey(rows) },
        User: { __resolveReference: byKey(rows) },
        Bot: { __resolveReference: byKey(rows) },
      },
    )
  const b = subgraph(
    'b',
    'type Query { others: [NodeWithName] } type NodeWithName @key(fields: "id") @interfaceObject { id: ID! name: String @external username: String @requires(fields: "name") score: Int }',
    {
      Query: { others: () => [{ id: 'u1' }] },
      NodeWithName: { username: ({ name }) => `${String(name)}!`, score: () => 7 },
    },
  )
  const supergraph = createLocalSupergraph([a(), b])

  test('may require what the implementations have, from either side', async () => {
    await expectAnswer(
      supergraph,
      '{ users { id name username } }',
      {
        users: [
          { id: 'u1', name: 'u1-name', username: 'u1-name!' },
          { id: 'b1', name: 'b1-name', username: 'b1-name!' },
        ],
      },
      { a: 1, b: 1 },
    )
    await expectAnswer(supergraph, '{ others { username } }', { others: [{ username: 'u1-name!' }] }, { a: 1, b: 2 })
    await expectAnswer(
      supergraph,
      '{ others { ... on User { age id name username } } }',
      { others: [{ age: 11, id: 'u1', name: 'u1-name', username: 'u1-name!' }] },
      { a: 1, b: 2 },
    )
    await expectAnswer(
      supergraph,
      '{ users { ... on User { age username } ... on Bot { score } } }',
      { users: [{ age: 11, username: 'u1-name!' }, { score: 7 }] },
      { a: 1, b: 1 },
    )
    await expectAnswer(
      supergraph,
      '{ others { score __typename ... on NodeWithName { id } } }',
      { others: [{ score: 7, __typename: 'User', id: 'u1' }] },
      { a: 1, b: 1 },
    )
  })

  test('adds fields to an interface that cannot be entered itself', async () => {
    const owner = subgraph(
      'a',
      'type Query { product: Product } interface Product @key(fields: "id", resolvable: false) { id: ID! } type Bread implements Product @key(fields: "id", resolvable: false) { id: ID! }',
      { Query: { product: () => ({ __typename: 'Bread', id: '1' }) } },
    )
    const extender = subgraph('b', 'type Product @key(fields: "id") @interfaceObject { id: ID! data: String }', {
      Product: { data: ({ id }) => `d${String(id)}` },
    })
    const plain = createLocalSupergraph([owner, extender])
    await expectAnswer(
      plain,
      '{ product { __typename id data } }',
      { product: { __typename: 'Bread', id: '1', data: 'd1' } },
      { a: 1, b: 1 },
    )
  })

  test('extends types that a third subgraph returns by their own names', async () => {
    const third = subgraph(
      'c',
      'type Query { account: Account } type Account @key(fields: "id") { id: ID! owner: User } type User @key(fields: "id") { id: ID! }',
      { Query: { account: () => ({ id: 'x', owner: { id: 'u1' } }) } },
    )
    const all = createLocalSupergraph([a(), b, third])
    await expectAnswer(
      all,
      '{ account { owner { id score } } }',
      { account: { owner: { id: 'u1', score: 7 } } },
      { b: 1, c: 1 },
    )
    await expectAnswer(
      all,
      '{ account { owner { username } } }',
      { account: { owner: { username: 'u1-name!' } } },
      { a: 1, b: 1, c: 1 },
    )
    await expectAnswer(
      all,
      '{ account { owner { ... on NodeWithName { name __typename } } } }',
      { account: { owner: { name: 'u1-name', __typename: 'User' } } },
      { a: 1, c: 1 },
    )
  })
})

describe('@skip and @include', () => {
  const a = subgraph('a', 'type Query { product: Product } type Product @key(fields: "id") { id: ID! price: Float }', {
    Query: { product: () => ({ id: 'p1', price: 699.99 }) },
    Product: { __resolveReference: () => ({ id: 'p1', price: 699.99 }) },
  })
  const b = subgraph(
    'b',
    'type Product @key(fields: "id") { id: ID! price: Float @external isExpensive: Boolean @requires(fields: "price") }',
    {
      Product: { isExpensive: ({ price }) => Number(price) > 500 },
    },
  )
  const c = subgraph(
    'c',
    'type Product @key(fields: "id") { id: ID! isExpensive: Boolean @external include: Boolean @requires(fields: "isExpensive") skip: Boolean @requires(fields: "isExpensive") never: Boolean }',
    {
      Product: {
        include: ({ isExpensive }) => isExpensive,
        skip: ({ isExpensive }) => isExpensive,
        never: () => {
          throw new Error('must not be called')
        },
      },
    },
  )
  const supergraph = createLocalSupergraph([a, b, c])

  test('decide for what is required too', async () => {
    const query =
      'query($bool: Boolean) { product { price neverCalledInclude: never @include(if: $bool) include @include(if: $bool) skip @skip(if: $bool) } }'.replaceAll(
        '$bool: Boolean)',
        '$bool: Boolean!)',
      )
    const off = await supergraph.ask(query, { bool: false })
    expect(off).toMatchObject({ data: { product: { price: 699.99, skip: true } }, errors: [] })
    expect(countsOf(off)).toEqual({ a: 1, b: 1, c: 1 })
    await expectAnswer(
      supergraph,
      'query($bool: Boolean = false) { product { price never @include(if: $bool) include @include(if: $bool) } }',
      { product: { price: 699.99 } },
      { a: 1 },
    )
    await expectAnswer(
      supergraph,
      'query($bool: Boolean! = true) { product { price ...F @skip(if: $bool) } } fragment F on Product { never include }',
      { product: { price: 699.99 } },
      { a: 1 },
    )
  })
})

describe('mutations', () => {
  const log: string[] = []
  const store = { numbers: new Map<string, number>() }
  const products = subgraph(
    'a',
    'type Query { product(id: ID!): Product } type Mutation { addProduct(name: String!, price: Float!): Product add(num: Int!, requestId: String!): Int! @shareable } type Product @key(fields: "id") { id: ID! name: String! price: Float! }'.replace(
      ' add(num: Int!, requestId: String!): Int! @shareable',
      ' add(num: Int!, requestId: String!): Int!',
    ),
    {
      Query: { product: () => ({ id: 'p1', name: 'saw', price: 600 }) },
      Mutation: {
        addProduct: (_root, { name, price }) => (log.push('addProduct'), { id: 'p1', name, price }),
        add: (_root, { num, requestId }) => (
          log.push('add'),
          store.numbers
            .set(String(requestId), (store.numbers.get(String(requestId)) ?? 0) + Number(num))
            .get(String(requestId))
        ),
      },
      Product: { __resolveReference: ({ id }) => ({ id, name: 'saw', price: 600 }) },
    },
  )
  const others = subgraph(
    'b',
    'type Product @key(fields: "id") { id: ID! price: Float! @external isExpensive: Boolean! @requires(fields: "price") isAvailable: Boolean! } type Mutation { delete(requestId: String!): Int! multiply(by: Int!, requestId: String!): Int! }',
    {
      Product: { isExpensive: ({ price }) => Number(price) > 100, isAvailable: () => true },
      Mutation: {
        multiply: (_root, { by, requestId }) => (
          log.push('multiply'),
          store.numbers
            .set(String(requestId), (store.numbers.get(String(requestId)) ?? 0) * Number(by))
            .get(String(requestId))
        ),
        delete: (_root, { requestId }) => (log.push('delete'), store.numbers.get(String(requestId)) ?? 0),
      },
    },
  )
  const supergraph = createLocalSupergraph([products, others])

  test('answer with joins', async () => {
    await expectAnswer(
      supergraph,
      'mutation { addProduct(name: "new", price: 599.99) { name price isExpensive isAvailable } }',
      { addProduct: { name: 'new', price: 599.99, isExpensive: true, isAvailable: true } },
      { a: 1, b: 1 },
    )
  })

  test('run in the document’s order across subgraphs, and neighbours of one subgraph in one request', async () => {
    log.length = 0
    const answer = await supergraph.ask(
      'mutation { five: add(num: 5, requestId: "r") one: add(num: 1, requestId: "r") ten: multiply(by: 10, requestId: "r") two: add(num: 2, requestId: "r") final: delete(requestId: "r") }',
    )
    expect(answer).toMatchObject({ data: { five: 5, one: 6, ten: 60, two: 62, final: 62 }, errors: [] })
    expect(log).toEqual(['add', 'add', 'multiply', 'add', 'delete'])
    expect(answer.requests.map(({ subgraph: name }) => name)).toEqual(['a', 'b', 'a', 'b'])
  })

  test('happen twice where the client says the same twice', async () => {
    const answer = await supergraph.ask(
      'mutation { a: add(num: 1, requestId: "q") b: add(num: 1, requestId: "q") add(num: 1, requestId: "q") }',
    )
    expect(answer).toMatchObject({ data: { a: 1, b: 2, add: 3 }, errors: [] })
    const compiled = await supergraph.askCompiled(
      'mutation { a: add(num: 1, requestId: "q") b: add(num: 1, requestId: "q") }',
    )
    expect(compiled).toMatchObject({ data: { a: 4, b: 5 }, errors: [] })
  })
})
