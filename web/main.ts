import { configOrExit } from '@movieverse/service/config.ts'
import { serve } from '@movieverse/service/serve.ts'
import { buildWebApp } from './app.ts'
import { readWebConfig } from './config.ts'

const config = configOrExit(readWebConfig)
const app = await buildWebApp(config)
await serve(app, config)
