import type { Accounts } from './accounts/accounts.ts'
import type { FindApp } from './consents/authorization-request.ts'
import type { ConsentsRepository } from './consents/consents.repository.ts'
import type { EdgeClient } from './consents/edge-client.ts'
import type { Forms } from './forms.ts'
import type { Pages } from './pages/pages.ts'
import type { Sessions } from './sessions/sessions.ts'
import type { Throttle } from './sessions/throttle.ts'

/** What the routes of the sign-in pages work with. */
export interface SignInContext {
  readonly accounts: Accounts
  readonly sessions: Sessions
  readonly consents: ConsentsRepository
  readonly throttle: Throttle
  readonly edge: EdgeClient
  readonly forms: Forms
  readonly pages: Pages
  readonly findApp: FindApp
  readonly now: () => Date
}
