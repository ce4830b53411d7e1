import { configOrExit } from '@movieverse/service/config.ts'
import { serve } from '@movieverse/service/serve.ts'
import { buildCatalogApp } from './app.ts'
import { readCatalogConfig } from './config.ts'

const config = configOrExit(readCatalogConfig)
const app = await buildCatalogApp(config)
await serve(app, config)
