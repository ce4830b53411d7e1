import { configOrExit } from '@movieverse/service/config.ts'
import { serve } from '@movieverse/service/serve.ts'
import { edgeOrExit } from './app.ts'
import { readEdgeConfig } from './config.ts'

const config = configOrExit(readEdgeConfig)
const app = await edgeOrExit(config)
await serve(app, config)
