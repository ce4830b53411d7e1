// A service whose /slow answers after `?ms=`: `node slow-service.ts` serves it on $PORT, for tests of how it stops.
import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import { readConfig, serviceSettings } from '../config.ts'
import { buildServer } from '../server.ts'
import { serve } from '../serve.ts'

const config = readConfig(z.object(serviceSettings))
const app = await buildServer({ name: 'slow', config })
app.get<{ Querystring: { ms: string } }>('/slow', async (request) => {
  app.log.info('slow request began')
  await wait(Number(request.query.ms))
  return { waited: true }
})
app.get('/reject', async () => {
  void Promise.reject(new Error('nobody catches this'))
  return {}
})
await serve(app, config)
app.log.info({ listening: app.listeningOrigin }, 'ready')
