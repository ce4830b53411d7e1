import { findSignInApp } from '@movieverse/kong/apps.ts'
import type { FastifyInstance } from 'fastify'
import type { WebConfig } from '../config.ts'
import { acceptForms } from '../http/form-body.ts'
import { addAccountRoutes } from './accounts/account.routes.ts'
import { createAccountsRepository } from './accounts/accounts.repository.ts'
import { createAccounts, type Accounts } from './accounts/accounts.ts'
import { addSignUpRoutes } from './accounts/sign-up.routes.ts'
import { addAppsRoutes } from './consents/apps.routes.ts'
import { addAuthorizeRoutes } from './consents/authorize.routes.ts'
import type { FindApp } from './consents/authorization-request.ts'
import { createConsentsRepository } from './consents/consents.repository.ts'
import { createEdgeClient } from './consents/edge-client.ts'
import type { SignInContext } from './context.ts'
import { addErrorPages } from './error-pages.ts'
import { createForms } from './forms.ts'
import { addHousekeeping } from './housekeeping.ts'
import { PageError } from './page-error.ts'
import { createPages } from './pages/pages.ts'
import { createAttemptsRepository } from './sessions/attempts.repository.ts'
import { createSessionsRepository } from './sessions/sessions.repository.ts'
import { createSessions } from './sessions/sessions.ts'
import { addSignInRoutes } from './sessions/sign-in.routes.ts'
import { addSignOutRoutes } from './sessions/sign-out.routes.ts'
import { createThrottle } from './sessions/throttle.ts'
import { addVisits } from './visit.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Erases an account with its sessions and consents, when its owner erases everything about themselves. */
    readonly eraseAccount: Accounts['erase']
  }
}

/** For tests: another clock, and other apps. */
export interface SignInOptions {
  readonly now?: () => Date
  readonly findApp?: FindApp
}

const yearSeconds = 365 * 24 * 60 * 60

/** Sign-up, sign-in, consent, sign-out and the account's own pages, on a database that `registerDatabase` opened. */
export async function registerSignIn(
  app: FastifyInstance,
  config: WebConfig,
  { now = () => new Date(), findApp = findSignInApp }: SignInOptions = {},
): Promise<void> {
  const db = app.database.writer
  const edge = createEdgeClient(config)
  const context: SignInContext = {
    accounts: createAccounts(createAccountsRepository(db), now),
    sessions: createSessions(createSessionsRepository(db), now),
    consents: createConsentsRepository(db),
    throttle: createThrottle(createAttemptsRepository(db), config.WEB_COOKIE_SECRET, now),
    forms: createForms(config.WEB_COOKIE_SECRET),
    pages: await createPages(),
    edge,
    findApp,
    now,
  }
  app.decorate('eraseAccount', (id: string) => context.accounts.erase(id))
  app.addHook('onClose', async () => edge.close())
  addHousekeeping(app, [() => context.sessions.purge(), () => context.throttle.purge()])
  await app.register(async (pages) => addPages(pages, config, context))
}

function addPages(app: FastifyInstance, config: WebConfig, context: SignInContext): void {
  const { style } = context.pages
  app.get(style.url, async (_request, reply) =>
    reply
      .headers({
        'content-type': 'text/css; charset=utf-8',
        'cache-control': `public, max-age=${yearSeconds}, immutable`,
      })
      .send(style.text),
  )
  acceptForms(app)
  addVisits(app, config, context.sessions)
  addErrorPages(app, context.pages)
  addSignInRoutes(app, context)
  addSignOutRoutes(app, context)
  addSignUpRoutes(app, context)
  addAccountRoutes(app, context)
  addAppsRoutes(app, context)
  addAuthorizeRoutes(app, context)
  app.get('/*', async () => {
    throw new PageError('notFound')
  })
}
