import { configOrExit } from '@movieverse/service/config.ts'
import { serve } from '@movieverse/service/serve.ts'
import { readEdgeConfig } from './config.ts'
import { edgeOrExit } from './edge-or-exit.ts'

const config = configOrExit(readEdgeConfig)
const app = await edgeOrExit(config)
await serve(app, config)
