import type { FastifyInstance } from 'fastify'
import { readConfig, serviceSettings, type ServiceConfig } from '../config.ts'
import { registerSubgraph, type SubgraphOptions } from '../graphql.ts'
import { buildServer } from '../server.ts'
import { z } from 'zod'

/** A service's configuration as a test needs it, changed by environment variables. */
export function testConfig(env: Record<string, string> = {}): ServiceConfig {
  return readConfig(z.object(serviceSettings), { NODE_ENV: 'test', PORT: '0', LOG_LEVEL: 'silent', ...env })
}

export const testSchema = /* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@listSize"])
  type Query {
    film(id: ID!): Film
    films(first: Int, last: Int): FilmConnection!
      @listSize(
        slicingArguments: ["first", "last"]
        sizedFields: ["edges", "nodes"]
        assumedSize: 20
        requireOneSlicingArgument: false
      )
    nodes(ids: [ID!]!): [Film]
    broken: String
    refused: String
    offline: String
    blank: String!
    slow: String
  }
  extend type Query {
    extra: String @shareable
  }
  type Mutation {
    rename(title: String!): String
  }
  type FilmConnection @shareable {
    edges: [FilmEdge!]!
    nodes: [Film!]!
  }
  type FilmEdge @shareable {
    node: Film!
  }
  type Film @key(fields: "id") {
    id: ID!
    title: String @shareable
    similar(first: Int = 10): [Film!]
    films(first: Int): FilmConnection
  }
`

/** A small subgraph over nothing, with the ways in which resolvers fail. */
export async function buildTestSubgraph(
  resolvers: SubgraphOptions['resolvers'] = {},
  env: Record<string, string> = {},
): Promise<FastifyInstance> {
  const config = testConfig(env)
  const app = await buildServer({ name: 'test', config })
  await registerSubgraph(app, { schema: testSchema, resolvers, context: () => ({}), config })
  return app
}
