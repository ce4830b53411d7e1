import type { LocalResolvers } from '../../supergraph/fixtures/local-subgraph.ts'
import { findFilm, pageOf, similarTo } from './films.ts'

/** A fixture subgraph: what it serves in the words of Federation 2, and of Federation 1 for stock mercurius. */
export interface Fixture {
  readonly name: string
  readonly sdl: string
  /** Without @shareable, which Federation 1 does not have: there the catalog alone knows a film's facts. */
  readonly federation1Sdl: string
  readonly resolvers: LocalResolvers
}

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@shareable"])'

const catalog: Fixture = {
  name: 'catalog',
  sdl: `${link}
    type Query { movies(first: Int!, after: Int!): [Movie!] movie(id: ID!): Movie }
    type Movie @key(fields: "id") {
      id: ID! title: String! @shareable releaseYear: Int @shareable
      runtimeMinutes: Int averageRating: Float votes: Int
    }`,
  federation1Sdl: `
    extend type Query { movies(first: Int!, after: Int!): [Movie!] movie(id: ID!): Movie }
    type Movie @key(fields: "id") {
      id: ID! title: String! releaseYear: Int runtimeMinutes: Int averageRating: Float votes: Int
    }`,
  resolvers: {
    Query: { movies: (_root, args) => pageOf(pageArguments(args)), movie: (_root, { id }) => findFilm(id) },
    Movie: { __resolveReference: ({ id }) => findFilm(id) },
  },
}

const regionType = 'type RegionCatalogue { code: ID! name: String! movies(first: Int!, after: Int!): [Movie!]! }'

/** Regions have root fields of their own here, so that every gateway has to ask all three. */
function region(name: string, code: string, offset: number): Fixture {
  return {
    name,
    sdl: `${link}
      type Query { ${name}: RegionCatalogue }
      ${regionType.replace('RegionCatalogue', 'RegionCatalogue @shareable')}
      type Movie @key(fields: "id") { id: ID! title: String! @shareable releaseYear: Int @shareable }`,
    federation1Sdl: `
      extend type Query { ${name}: RegionCatalogue }
      ${regionType}
      extend type Movie @key(fields: "id") { id: ID! @external }`,
    resolvers: {
      Query: { [name]: () => ({ code, name }) },
      RegionCatalogue: {
        movies: (_region, args) => {
          const { first, after } = pageArguments(args)
          return pageOf({ first, after: after + offset })
        },
      },
      Movie: { __resolveReference: ({ id }) => findFilm(id) },
    },
  }
}

const viewers = extension('viewers', 'rating: Float onWatchlist: Boolean seen: Boolean', {})
const recommendations = extension('recommendations', 'similar(first: Int!): [Movie!] score: Float reason: String', {
  similar: ({ id }, { first }) => similarTo(String(id), Number(first)),
})

function extension(name: string, fields: string, resolvers: LocalResolvers[string]): Fixture {
  return {
    name,
    sdl: `${link} type Movie @key(fields: "id") { id: ID! ${fields} }`,
    federation1Sdl: `extend type Movie @key(fields: "id") { id: ID! @external ${fields} }`,
    resolvers: { Movie: { __resolveReference: ({ id }) => findFilm(id), ...resolvers } },
  }
}

/** How far into the list each region's own films begin. */
export const regionOffsets = { india: 0, usa: 120, uk: 240 } as const

/** Every fixture subgraph. */
export const fixtures: readonly Fixture[] = [
  catalog,
  region('india', 'IN', regionOffsets.india),
  region('usa', 'US', regionOffsets.usa),
  region('uk', 'GB', regionOffsets.uk),
  viewers,
  recommendations,
]

function pageArguments({ first, after }: Readonly<Record<string, unknown>>): { first: number; after: number } {
  return { first: Number(first), after: Number(after) }
}
