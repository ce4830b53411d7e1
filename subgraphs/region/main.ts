import { serve } from '@movieverse/service/serve.ts'
import { buildRegionApp } from './app.ts'
import { readRegionConfig } from './config.ts'

const config = readRegionConfig()
const app = await buildRegionApp(config)
await serve(app, config)
