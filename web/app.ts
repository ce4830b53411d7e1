import { databaseUrlOf } from '@movieverse/service/migration-sets.ts'
import { registerDatabase } from '@movieverse/service/database-plugin.ts'
import { buildServer } from '@movieverse/service/server.ts'
import type { FastifyInstance } from 'fastify'
import type { WebConfig } from './config.ts'
import { registerSite } from './site/register.ts'
import { registerSignIn, type SignInOptions } from './sign-in/register.ts'

/** The web server: the website, and the pages for signing in and letting apps in. */
export async function buildWebApp(config: WebConfig, options: SignInOptions = {}): Promise<FastifyInstance> {
  const app = await buildServer({ name: 'web', config })
  // Accounts are read where they are written: a replica that lags would not know who has just signed in.
  registerDatabase(app, { ...config, DATABASE_URL: databaseUrlOf('web', config), DATABASE_READER_URL: undefined })
  await registerSignIn(app, config, options)
  await registerSite(app, config)
  return app
}
