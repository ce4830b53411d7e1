import { readConfig, serviceSettings } from '@movieverse/service/config.ts'
import { registerSubgraph } from '@movieverse/service/graphql.ts'
import { serve } from '@movieverse/service/serve.ts'
import { buildServer } from '@movieverse/service/server.ts'
import { z } from 'zod'
import { fixtures } from './fixtures.ts'

/* The fixture catalog on the stack that the platform's own subgraphs stand on, for the floor: no database behind it. */

const config = readConfig(z.object(serviceSettings))
const app = await buildServer({ name: 'catalog', config })
const catalog = fixtures.find(({ name }) => name === 'catalog')
if (!catalog) throw new Error('there is no catalog fixture')
await registerSubgraph(app, {
  config,
  schema: catalog.sdl,
  // Mercurius gives resolvers more than these take.
  resolvers: { ...catalog.resolvers },
  context: () => ({}),
})
await serve(app, config)
