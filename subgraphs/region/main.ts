import { configOrExit } from '@movieverse/service/config.ts'
import { serve } from '@movieverse/service/serve.ts'
import { buildRegionApp } from './app.ts'
import { readRegionConfig } from './config.ts'

const config = configOrExit(readRegionConfig)
const app = await buildRegionApp(config)
await serve(app, config)
