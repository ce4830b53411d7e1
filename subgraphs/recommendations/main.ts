import { configOrExit } from '@movieverse/service/config.ts'
import { serve } from '@movieverse/service/serve.ts'
import { buildRecommendationsApp } from './app.ts'
import { readRecommendationsConfig } from './config.ts'

const config = configOrExit(readRecommendationsConfig)
const app = await buildRecommendationsApp(config)
await serve(app, config)
