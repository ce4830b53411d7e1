import { configOrExit } from '@movieverse/service/config.ts'
import { serve } from '@movieverse/service/serve.ts'
import { buildSupergraph } from './app.ts'
import { readSupergraphConfig } from './config.ts'

const config = configOrExit(readSupergraphConfig)
const app = await buildSupergraph(config)
await serve(app, config)
