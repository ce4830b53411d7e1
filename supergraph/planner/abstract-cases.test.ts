import { describe, expect, test } from 'vitest'
import { byKey, countsOf, expectAnswer, subgraph } from '../fixtures/federation-case.ts'
import { createLocalSupergraph } from '../fixtures/local-supergraph.ts'
import type { Row } from './representations.ts'

describe('@provides on abstract types', () => {
  test('takes what an interface’s implementations provide from there', async () => {
    const animals = [
      { __typename: 'Dog', id: 'd', name: 'Fido', age: 3 },
      { __typename: 'Cat', id: 'c', name: 'Tom', age: 4 },
    ]
    const a = subgraph(
      'a',
      `type Query { media: Media @shareable book: Book @provides(fields: "animals { ... on Dog { name } }") }
       interface Media { id: ID! } interface Animal { id: ID! }
       type Book implements Media @key(fields: "id") { id: ID! animals: [Animal] @shareable }
       type Dog implements Animal @key(fields: "id") { id: ID! name: String @external }
       type Cat implements Animal @key(fields: "id") { id: ID! }`,
      { Query: { media: () => ({ __typename: 'Book', id: 'm', animals }), book: () => ({ id: 'm', animals }) } },
    )
    const b = subgraph(
      'b',
      `interface Animal { id: ID! name: String } type Dog implements Animal @key(fields: "id") { id: ID! name: String @shareable age: Int }
       type Cat implements Animal @key(fields: "id") { id: ID! name: String @shareable age: Int }`,
      { Dog: { __resolveReference: byKey(animals) }, Cat: { __resolveReference: byKey(animals) } },
    )
    const supergraph = createLocalSupergraph([a, b])
    await expectAnswer(
      supergraph,
      '{ media { id ... on Book { animals { id } } } }',
      { media: { id: 'm', animals: [{ id: 'd' }, { id: 'c' }] } },
      { a: 1 },
    )
    await expectAnswer(
      supergraph,
      '{ book { animals { ... on Dog { name } } } }',
      { book: { animals: [{ name: 'Fido' }, {}] } },
      { a: 1 },
    )
    await expectAnswer(
      supergraph,
      '{ book { animals { id name } } }',
      {
        book: {
          animals: [
            { id: 'd', name: 'Fido' },
            { id: 'c', name: 'Tom' },
          ],
        },
      },
      { a: 1, b: 1 },
    )
  })

  test('takes what a union’s member provides from there, and the other member’s elsewhere', async () => {
    const media = [
      { __typename: 'Book', id: 'm1', title: 'Emma' },
      { __typename: 'Film', id: 'm2', title: 'Ankur' },
    ]
    const a = subgraph(
      'a',
      'type Query { media: [Media] @shareable @provides(fields: "... on Book { title }") } union Media = Book | Film type Book @key(fields: "id") { id: ID! title: String @external } type Film @key(fields: "id") { id: ID! }',
      { Query: { media: () => media } },
    )
    const b = subgraph(
      'b',
      'type Book @key(fields: "id") { id: ID! title: String @shareable } type Film @key(fields: "id") { id: ID! title: String @shareable }',
      {
        Book: { __resolveReference: byKey(media) },
        Film: { __resolveReference: byKey(media) },
      },
    )
    const supergraph = createLocalSupergraph([a, b])
    await expectAnswer(supergraph, '{ media { ... on Book { title } } }', { media: [{ title: 'Emma' }, {}] }, { a: 1 })
    await expectAnswer(
      supergraph,
      '{ media { ... on Book { id title } ... on Film { id title } } }',
      {
        media: [
          { id: 'm1', title: 'Emma' },
          { id: 'm2', title: 'Ankur' },
        ],
      },
      { a: 1, b: 1 },
    )
  })

  test('is preferred to a subgraph of which more had to be joined', async () => {
    const media = [
      { __typename: 'Book', id: 'm1', title: 'Emma', year: 1815 },
      { __typename: 'Film', id: 'm2', title: 'Ankur', year: 1974 },
    ]
    const members = 'union Media = Book | Film type Film @key(fields: "id") { id: ID! }'
    const plain = subgraph(
      'a',
      `type Query { media: [Media] @shareable } ${members} type Book @key(fields: "id") { id: ID! }`,
    )
    const provider = subgraph(
      'b',
      `type Query { media: [Media] @shareable @provides(fields: "... on Book { title }") } ${members}
       type Book @key(fields: "id") { id: ID! title: String @external }`,
      { Query: { media: () => media } },
    )
    const owner = subgraph(
      'c',
      'type Book @key(fields: "id") { id: ID! title: String @shareable } type Film @key(fields: "id") { id: ID! title: String }',
      { Film: { __resolveReference: byKey(media) } },
    )
    await expectAnswer(
      createLocalSupergraph([plain, provider, owner]),
      '{ media { ... on Book { title } ... on Film { title } } }',
      { media: [{ title: 'Emma' }, { title: 'Ankur' }] },
      { b: 1, c: 1 },
    )
  })

  test('reaches below what is provided', async () => {
    const category = { id: 'c1', name: 'Category 1', subCategories: [{ id: 'c2', name: 'Category 2' }] }
    const all = subgraph(
      'all',
      'type Query { products: [Product] @provides(fields: "categories { id name }") } type Product @key(fields: "id") { id: ID! categories: [Category] @external } type Category @key(fields: "id") { id: ID! name: String @external }',
      {
        Query: { products: () => [{ id: 'p1', categories: [category] }] },
      },
    )
    const sub = subgraph(
      'sub',
      'type Product @key(fields: "id") { id: ID! categories: [Category] @shareable } type Category @key(fields: "id") { id: ID! name: String @shareable subCategories: [Category] @provides(fields: "name") }'.replace(
        ' @provides(fields: "name")',
        '',
      ),
      {
        Product: { categories: () => [category] },
        Category: { __resolveReference: () => category, name: ({ name }) => name },
      },
    )
    const supergraph = createLocalSupergraph([all, sub])
    await expectAnswer(
      supergraph,
      '{ products { id categories { id name } } }',
      { products: [{ id: 'p1', categories: [{ id: 'c1', name: 'Category 1' }] }] },
      { all: 1 },
    )
    await expectAnswer(
      supergraph,
      '{ products { id categories { id name subCategories { id name } } } }',
      {
        products: [
          {
            id: 'p1',
            categories: [{ id: 'c1', name: 'Category 1', subCategories: [{ id: 'c2', name: 'Category 2' }] }],
          },
        ],
      },
      { all: 1, sub: 1 },
    )
  })
})

describe('interfaces', () => {
  test('may refer to themselves through narrower types', async () => {
    const books = [
      { __typename: 'Book', id: '1', price: 1, same: '3' },
      { __typename: 'Book', id: '3', price: 1, same: '1' },
    ]
    const a = subgraph(
      'a',
      'type Query { product: Product } interface Product { same: Product } type Book implements Product @key(fields: "id") { id: ID! same: Book @provides(fields: "price") price: Float @external }',
      {
        Query: { product: () => books[0] },
        Book: {
          __resolveReference: byKey(books),
          same: (book) => books.find(({ id }) => id === books.find((other) => other.id === book.id)?.same),
        },
      },
    )
    const b = subgraph('b', 'type Book @key(fields: "id") { id: ID! price: Float @shareable }', {
      Book: { __resolveReference: byKey(books) },
    })
    const supergraph = createLocalSupergraph([a, b])
    await expectAnswer(
      supergraph,
      '{ product { same { same { __typename ... on Book { id } } } } }',
      { product: { same: { same: { __typename: 'Book', id: '1' } } } },
      { a: 1 },
    )
    await expectAnswer(
      supergraph,
      '{ product { __typename same { __typename same { __typename } ... on Book { price } } ... on Book { id price } } }',
      {
        product: {
          __typename: 'Book',
          same: { __typename: 'Book', same: { __typename: 'Book' }, price: 1 },
          id: '1',
          price: 1,
        },
      },
      { a: 1, b: 1 },
    )
  })

  test('that only some subgraphs know may be asked of what the others answer', async () => {
    const rows = [
      { __typename: 'Oven', id: 'o1', warranty: 1 },
      { __typename: 'Toaster', id: 't1', warranty: 2 },
    ]
    const a = subgraph(
      'a',
      'type Query { products: [Product] node(id: ID!): Node toasters: [Toaster] } union Product = Oven | Toaster interface Node { id: ID! } type Oven implements Node @key(fields: "id") { id: ID! } type Toaster @key(fields: "id") { id: ID! }',
      {
        Query: {
          products: () => rows,
          node: (_root, { id }) => rows.find((row) => row.id === id && row.__typename === 'Oven'),
          toasters: () => [rows[1]],
        },
      },
    )
    const b = subgraph(
      'b',
      'interface Node { id: ID! warranty: Int } type Oven implements Node @key(fields: "id") { id: ID! warranty: Int } type Toaster implements Node @key(fields: "id") { id: ID! warranty: Int }',
      {
        Oven: { __resolveReference: byKey(rows) },
        Toaster: { __resolveReference: byKey(rows) },
      },
    )
    const supergraph = createLocalSupergraph([a, b])
    await expectAnswer(
      supergraph,
      '{ products { ... on Node { id } } }',
      { products: [{ id: 'o1' }, { id: 't1' }] },
      { a: 1 },
    )
    await expectAnswer(
      supergraph,
      '{ products { ... on Node { warranty } ... on Toaster { id } } }',
      { products: [{ warranty: 1 }, { warranty: 2, id: 't1' }] },
      { a: 1, b: 1 },
    )
    await expectAnswer(
      supergraph,
      '{ node(id: "o1") { __typename id ... on Oven { warranty } ... on Toaster { warranty } } }',
      { node: { __typename: 'Oven', id: 'o1', warranty: 1 } },
      { a: 1, b: 1 },
    )
    await expectAnswer(
      supergraph,
      '{ toasters { ...N } } fragment N on Node { id ... on Toaster { warranty } ... on Oven { id } }',
      { toasters: [{ id: 't1', warranty: 2 }] },
      { a: 1, b: 1 },
    )
    await expectAnswer(supergraph, '{ node(id: "x") { id } }', { node: null }, { a: 1 })
  })

  test('members whose like-named fields differ in type are told apart', async () => {
    const users = [
      { __typename: 'User', id: 'u1', name: 'ann' },
      { __typename: 'Admin', id: 'a1', name: 'adm' },
    ]
    const a = subgraph(
      'a',
      'type Query { users: [User] } type User @key(fields: "id") { id: ID! name: String @external similar: [User] @requires(fields: "name") }'
        .replace(' @requires(fields: "name")', '')
        .replace(' name: String @external', ''),
      {
        Query: { users: () => [users[0]] },
        User: { similar: () => [users[0]] },
      },
    )
    const b = subgraph(
      'b',
      'type Query { accounts: [Account] } union Account = User | Admin type User @key(fields: "id") { id: ID name: String friend: User } type Admin { id: ID! name: String! friends: [User!]! }',
      {
        Query: { accounts: () => users },
        User: { __resolveReference: byKey(users), friend: () => users[0] },
        Admin: { friends: () => [users[0]] },
      },
    )
    const supergraph = createLocalSupergraph([a, b])
    await expectAnswer(
      supergraph,
      '{ users { id name } accounts { ... on User { id name similar { id name } } ... on Admin { aid: id aname: name friends { id } } } }',
      {
        users: [{ id: 'u1', name: 'ann' }],
        accounts: [
          { id: 'u1', name: 'ann', similar: [{ id: 'u1', name: 'ann' }] },
          { aid: 'a1', aname: 'adm', friends: [{ id: 'u1' }] },
        ],
      },
      { a: 2, b: 3 },
    )
  })

  test('__typename under any name, of unions, interfaces and the root', async () => {
    const a = subgraph(
      'a',
      'type Query { union: Product interface: Node } union Product = Oven | Toaster interface Node { id: ID! } type Oven implements Node { id: ID! } type Toaster implements Node { id: ID! warranty: Int }',
      {
        Query: {
          union: () => ({ __typename: 'Oven', id: '1' }),
          interface: () => ({ __typename: 'Toaster', id: '2', warranty: 3 }),
        },
      },
    )
    const supergraph = createLocalSupergraph([a])
    await expectAnswer(
      supergraph,
      '{ __typename typename: __typename t: __typename }',
      { __typename: 'Query', typename: 'Query', t: 'Query' },
      {},
    )
    await expectAnswer(
      supergraph,
      '{ union { __typename typename: __typename t: __typename } }',
      { union: { __typename: 'Oven', typename: 'Oven', t: 'Oven' } },
      { a: 1 },
    )
    await expectAnswer(
      supergraph,
      '{ union { ... on Oven { x: __typename } } interface { ... on Toaster { y: __typename } ... on Node { __typename z: __typename } } ...Q } fragment Q on Query { q: __typename }',
      { union: { x: 'Oven' }, interface: { y: 'Toaster', __typename: 'Toaster', z: 'Toaster' }, q: 'Query' },
      { a: 1 },
    )
  })
})

describe('unions that differ between subgraphs', () => {
  const media = (own: string): Record<string, unknown> => ({ __typename: 'Book', title: 'Emma', [own]: own })
  const a = subgraph(
    'a',
    'type Query { media: Media @shareable viewer: Viewer @shareable } union Media = Book | Song type Book @shareable { title: String } type Viewer @shareable { media: Media book: Media song: Media } type Song { title: String aTitle: String }',
    {
      Query: {
        media: () => media('aTitle'),
        viewer: () => ({
          media: media('aTitle'),
          book: media('aTitle'),
          song: { __typename: 'Song', title: 'S', aTitle: 'aS' },
        }),
      },
    },
  )
  const b = subgraph(
    'b',
    'type Query { media: Media @shareable viewer: Viewer @shareable } union Media = Book | Film type Book { title: String @shareable bTitle: String } type Film { title: String bTitle: String } type Viewer @shareable { media: Media book: Media song: Media }',
    {
      Query: {
        media: () => media('bTitle'),
        viewer: () => ({ media: media('bTitle'), book: media('bTitle'), song: null }),
      },
    },
  )
  const supergraph = createLocalSupergraph([a, b])

  test('are asked where the wanted member is known', async () => {
    await expectAnswer(
      supergraph,
      '{ media { ... on Book { title } ... on Song { aTitle } ... on Film { title } } }',
      { media: { title: 'Emma' } },
      { a: 1 },
    )
    await expectAnswer(
      supergraph,
      '{ viewer { song { __typename ... on Song { title } } } }',
      { viewer: { song: { __typename: 'Song', title: 'S' } } },
      { a: 1 },
    )
    await expectAnswer(
      supergraph,
      '{ viewer { song { ... on Song { title } ... on Film { bTitle } ... on Book { title } } } }',
      { viewer: { song: { title: 'S' } } },
      { a: 1 },
    )
    await expectAnswer(
      supergraph,
      '{ media { ... on Film { bTitle } ... on Book { title } } }',
      { media: { title: 'Emma' } },
      { b: 1 },
    )
  })

  test('are asked where the fields of a shared member are', async () => {
    await expectAnswer(
      supergraph,
      '{ media { __typename ... on Book { title bTitle } } }',
      { media: { __typename: 'Book', title: 'Emma', bTitle: 'bTitle' } },
      { b: 1 },
    )
  })
})

test('an object of the one type that a subgraph knows tells it, where others answer a union', async () => {
  const emma = { __typename: 'Book', id: 'b1', title: 'Emma', pages: 400 }
  const a = subgraph(
    'a',
    'type Query { desk: Desk } union Media = Book | Film type Desk @key(fields: "id") { id: ID! media: Media @shareable } type Book @key(fields: "id") { id: ID! title: String @shareable } type Film { title: String }',
  )
  const b = subgraph(
    'b',
    'type Query { shelf: Desk } type Desk @key(fields: "id") { id: ID! media: Book @shareable } type Book @key(fields: "id") { id: ID! title: String @shareable }',
    { Query: { shelf: () => ({ id: 'd', media: emma }) } },
  )
  const c = subgraph('c', 'type Book @key(fields: "id") { id: ID! pages: Int }', {
    Book: { __resolveReference: byKey([emma]) },
  })
  const supergraph = createLocalSupergraph([a, b, c])
  await expectAnswer(
    supergraph,
    '{ shelf { media { ... on Book { title } ... on Film { title } } } }',
    { shelf: { media: { title: 'Emma' } } },
    { b: 1 },
  )
  await expectAnswer(
    supergraph,
    '{ shelf { media { __typename ... on Book { pages } } } }',
    { shelf: { media: { __typename: 'Book', pages: 400 } } },
    { b: 1, c: 1 },
  )
  await expectAnswer(supergraph, '{ shelf { media { ... on Film { title } } } }', { shelf: { media: {} } }, { b: 1 })
})

describe('a root field of which each subgraph knows one implementation well', () => {
  const chat = { id: 'c', text: 'Hi' }
  const user = { id: 'u', name: 'Ann' }
  const unknown = { id: 'not known here' }
  const a = subgraph(
    'a',
    `type Query { node(id: ID!): Node @shareable } interface Node { id: ID! }
     type User implements Node @key(fields: "id") { id: ID! name: String }
     type Chat implements Node @key(fields: "id") { id: ID! @external by: User }`,
    {
      Query: {
        node: (_root, { id }) => (id === 'u' ? { __typename: 'User', ...user } : { __typename: 'Chat', ...unknown }),
      },
      Chat: { __resolveReference: ({ id }) => ({ id }), by: () => user },
    },
  )
  const b = subgraph(
    'b',
    `type Query { node(id: ID!): Node @shareable chat: Chat } interface Node { id: ID! }
     type User implements Node @key(fields: "id") { id: ID! @external chats: Int }
     type Chat implements Node @key(fields: "id") { id: ID! text: String }`,
    {
      Query: {
        chat: () => chat,
        node: (_root, { id }) => (id === 'c' ? { __typename: 'Chat', ...chat } : { __typename: 'User', ...unknown }),
      },
    },
  )
  const supergraph = createLocalSupergraph([a, b])

  test('an implementation is asked where its external key is none', async () => {
    await expectAnswer(
      supergraph,
      '{ user: node(id: "u") { ... on User { id name } } chat: node(id: "c") { ... on Chat { id text } } }',
      { user: user, chat },
      { a: 1, b: 1 },
    )
  })

  test('a subgraph that is entered by an external key has it', async () => {
    await expectAnswer(supergraph, '{ chat { id by { id } } }', { chat: { id: 'c', by: { id: 'u' } } }, { a: 1, b: 1 })
  })

  test('what is wanted of every implementation is not put together of answers about some', async () => {
    const { data, errors, requests } = await supergraph.ask('{ node(id: "u") { id } }')
    expect({ data, requests }).toEqual({ data: { node: null }, requests: [] })
    expect(errors.map(({ message }) => message)).toEqual([expect.stringContaining('no subgraph answers Query.node')])
  })
})

describe('an interface of which a subgraph has no implementation', () => {
  const a = subgraph('a', 'type Query { a: Node } interface Node @key(fields: "id") { id: ID! }', {
    Query: { a: () => null },
  })
  const b = subgraph(
    'b',
    'type Query { b: Node bs: [Node!] } interface Any { id: ID! } type Node implements Any @key(fields: "id", resolvable: false) @interfaceObject { id: ID! likes: Int }',
    { Query: { b: () => ({ id: 'n', likes: 3 }), bs: () => [{ id: 'n', likes: 3 }] } },
  )
  const supergraph = createLocalSupergraph([a, b])

  test('is asked for what the subgraph declares, which may be null, and for nothing else', async () => {
    await expectAnswer(supergraph, '{ a { id } }', { a: null }, { a: 1 })
    const { errors, requests } = await supergraph.ask('{ a { likes } }')
    expect(requests).toEqual([])
    expect(errors.map(({ message }) => message)).toEqual([expect.stringContaining('no subgraph answers Query.a')])
  })

  test('is answered where it is an object, as long as nobody asks for its type', async () => {
    expect((await supergraph.askDirect('{ b { id likes ... on Node { id } } }'))?.data).toEqual({
      b: { id: 'n', likes: 3 },
    })
    expect((await supergraph.askDirect('{ bs { likes } }'))?.data).toEqual({ bs: [{ likes: 3 }] })
    expect(await supergraph.askDirect('{ b { __typename id } }')).toBeUndefined()
    expect(await supergraph.askDirect('{ b { likes ... on Any { id } } }')).toBeUndefined()
  })
})

test('an interface object does not answer alone what only some implementations are asked for', async () => {
  const a = subgraph(
    'a',
    'type Query { nodes: [Node] } interface Node @key(fields: "id") { id: ID! } type Post implements Node @key(fields: "id") { id: ID! }',
    {
      Node: { __resolveReference: ({ id }) => ({ __typename: 'Post', id }) },
    },
  )
  const b = subgraph(
    'b',
    'type Query { liked: Node } type Node @key(fields: "id") @interfaceObject { id: ID! likes: Int }',
    {
      Query: { liked: () => ({ id: 'n', likes: 3 }) },
    },
  )
  const supergraph = createLocalSupergraph([a, b])
  expect((await supergraph.askDirect('{ liked { likes } }'))?.data).toEqual({ liked: { likes: 3 } })
  expect(await supergraph.askDirect('{ liked { ... on Post { likes } } }')).toBeUndefined()
  await expectAnswer(supergraph, '{ liked { likes } }', { liked: { likes: 3 } }, { b: 1 })
})

describe('enums that differ', () => {
  const a = subgraph(
    'a',
    'type Query { users: [User] } type User @key(fields: "id") { id: ID! type: UserType } enum UserType { REGISTERED ANONYMOUS @inaccessible }',
    {
      Query: { users: () => [{ id: 'u1', type: 'REGISTERED' }] },
    },
  )
  const b = subgraph(
    'b',
    'type Query { usersB: [User] byType(type: UserType): Int } type User @key(fields: "id") { id: ID! type: UserType @shareable } enum UserType { REGISTERED ANONYMOUS @inaccessible }'.replace(
      'ANONYMOUS @inaccessible',
      '',
    ),
    {
      Query: {
        usersB: () => [{ id: 'u1', type: 'REGISTERED' }],
        byType: (_root, { type }) => (type === 'REGISTERED' ? 1 : 0),
      },
    },
  )

  test('answer what all know, and refuse in a document what is not theirs', async () => {
    const supergraph = createLocalSupergraph([
      { ...a, sdl: a.sdl.replace('type: UserType }', 'type: UserType @shareable }') },
      b,
    ])
    await expectAnswer(
      supergraph,
      '{ users { id type } usersB { type } }',
      { users: [{ id: 'u1', type: 'REGISTERED' }], usersB: [{ type: 'REGISTERED' }] },
      { a: 1, b: 1 },
    )
    await expectAnswer(supergraph, '{ byType(type: REGISTERED) }', { byType: 1 }, { b: 1 })
    await expect(supergraph.ask('{ byType(type: ANONYMOUS) }')).rejects.toThrow(/ANONYMOUS/)
  })

  test('null a value that clients may not see, with an error where it cannot be null, compiled too', async () => {
    const supergraph = createLocalSupergraph([
      subgraph('a', 'type Query { kind: Kind kinds: [Kind!] } enum Kind { OPEN SECRET @inaccessible }', {
        Query: { kind: () => 'SECRET', kinds: () => ['OPEN', 'SECRET'] },
      }),
    ])
    for (const answer of [await supergraph.ask('{ kind kinds }'), await supergraph.askCompiled('{ kind kinds }')]) {
      expect(answer.data).toEqual({ kind: null, kinds: null })
      expect(answer.errors.map(({ path }) => path)).toEqual([['kinds', 1]])
    }
  })
})

test('an enum that is only answered has every subgraph’s values, one that is only taken those of all', async () => {
  const a = subgraph('a', 'type Query { a(in: Given): Told } enum Told { RED GREEN } enum Given { X Y }', {
    Query: { a: () => 'GREEN' },
  })
  const b = subgraph('b', 'type Query { b(in: Given): Told } enum Told { RED BLUE } enum Given { Y Z }', {
    Query: { b: () => 'BLUE' },
  })
  const supergraph = createLocalSupergraph([a, b])
  await expectAnswer(supergraph, '{ a(in: Y) b(in: Y) }', { a: 'GREEN', b: 'BLUE' }, { a: 1, b: 1 })
  expect((await supergraph.askCompiled('{ a b }')).data).toEqual({ a: 'GREEN', b: 'BLUE' })
  for (const given of ['X', 'Z']) await expect(supergraph.ask(`{ a(in: ${given}) }`)).rejects.toThrow(given)
})

test('inputs that differ take what all subgraphs know, and nothing else', async () => {
  const a = subgraph('a', 'type Query { usersInA(filter: UsersFilter!): [String] } input UsersFilter { first: Int! }', {
    Query: { usersInA: (_root, { filter }) => [JSON.stringify(filter)] },
  })
  const b = subgraph(
    'b',
    'type Query { usersInB(filter: UsersFilter!): [String] } input UsersFilter { first: Int offset: Int }',
    { Query: { usersInB: (_root, { filter }) => [JSON.stringify(filter)] } },
  )
  const supergraph = createLocalSupergraph([a, b])
  await expectAnswer(
    supergraph,
    'query($filter: UsersFilter!) { usersInA(filter: $filter) usersInB(filter: { first: 2 }) }',
    { usersInA: ['{"first":1}'], usersInB: ['{"first":2}'] },
    { a: 1, b: 1 },
    { filter: { first: 1 } },
  )
  await expect(supergraph.ask('{ usersInB(filter: { first: 1, offset: 1 }) }')).rejects.toThrow(/offset/)
  await expect(supergraph.ask('{ usersInA(filter: {}) }')).rejects.toThrow(/first/)
})

test('an object of a type that clients may not see is null to them, in lists too, and may still be required', async () => {
  const pets = { cat: { __typename: 'Cat', name: 'Tom' }, dragon: { __typename: 'Dragon', name: 'Smaug' } }
  const a = subgraph(
    'a',
    `type Query { owner: Owner pets: [Pet] some: [Any] } type Owner @key(fields: "id") { id: ID! pet: Pet }
     interface Pet { name: String } type Cat implements Pet @shareable { name: String }
     type Dragon implements Pet @inaccessible @shareable { name: String } union Any = Cat | Dragon`,
    {
      Query: {
        owner: () => ({ id: 'o', pet: pets.dragon }),
        pets: () => [pets.dragon, pets.cat],
        some: () => [pets.cat, pets.dragon],
      },
    },
  )
  const b = subgraph(
    'b',
    `type Owner @key(fields: "id") { id: ID! pet: Pet @external call: String @requires(fields: "pet { name }") }
     interface Pet { name: String } type Cat implements Pet @shareable { name: String }`,
    { Owner: { call: ({ pet }) => `Here, ${String((pet as Row)['name'])}!` } },
  )
  const supergraph = createLocalSupergraph([a, b])
  await expectAnswer(
    supergraph,
    '{ owner { pet { name } call } pets { name } some { __typename } }',
    { owner: { pet: null, call: 'Here, Smaug!' }, pets: [null, { name: 'Tom' }], some: [{ __typename: 'Cat' }, null] },
    { a: 1, b: 1 },
  )
})

test('what is inaccessible is unknown to clients, and may still be required', async () => {
  const a = subgraph(
    'a',
    'type Query { usersInAge: [User!]! } type User @key(fields: "id") { id: ID age: Int @inaccessible }',
    { Query: { usersInAge: () => [{ id: 'u1', age: 11 }] }, User: { __resolveReference: () => ({ age: 11 }) } },
  )
  const b = subgraph(
    'b',
    'type Query { users: [User!] } type User @key(fields: "id") { id: ID friends(type: FriendType = FAMILY @inaccessible): [User!]! older: Int @requires(fields: "age") age: Int @external } enum FriendType @inaccessible { FAMILY FRIEND }',
    {
      Query: { users: () => [{ id: 'u1' }] },
      User: { older: ({ age }) => Number(age) + 1, friends: (_user, { type }) => [{ id: String(type) }] },
    },
  )
  const supergraph = createLocalSupergraph([a, b])
  await expectAnswer(
    supergraph,
    '{ users { older friends { id } } }',
    { users: [{ older: 12, friends: [{ id: 'FAMILY' }] }] },
    { a: 1, b: 2 },
  )
  for (const query of [
    '{ usersInAge { age } }',
    '{ users { friends(type: FAMILY) { id } } }',
    '{ __type(name: "FriendType") { name } users { age } }',
  ])
    await expect(supergraph.ask(query)).rejects.toThrow(/Cannot query field|Unknown argument/)
  expect(countsOf(await supergraph.ask('{ __type(name: "FriendType") { name } }'))).toEqual({})
})
