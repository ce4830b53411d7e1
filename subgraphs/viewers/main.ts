import { configOrExit } from '@movieverse/service/config.ts'
import { serve } from '@movieverse/service/serve.ts'
import { buildViewersApp } from './app.ts'
import { readViewersConfig } from './config.ts'

const config = configOrExit(readViewersConfig)
const app = await buildViewersApp(config)
await serve(app, config)
