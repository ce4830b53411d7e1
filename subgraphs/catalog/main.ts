import { serve } from '@movieverse/service/serve.ts'
import { buildCatalogApp } from './app.ts'
import { readCatalogConfig } from './config.ts'

const config = readCatalogConfig()
const app = await buildCatalogApp(config)
await serve(app, config)
