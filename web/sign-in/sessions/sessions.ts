import type { Account } from '../accounts/account.ts'
import { hashOfToken, randomToken } from '../../http/tokens.ts'
import type { SessionLimits, SessionsRepository } from './sessions.repository.ts'

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

/** A session ends this long after it began: NIST SP 800-63B-4 wants no more where a password is the only factor. */
export const sessionLifetimeMs = 30 * dayMs

/** And this long after it was last used. */
export const sessionIdleMs = 7 * dayMs

/** Use is noted once in so long, so that reading a page seldom writes. */
const noteEveryMs = minuteMs

/** Who is signed in, by a random token that only the browser keeps; here it is stored hashed. */
export interface Sessions {
  /** Begins a session and answers its token. */
  start(accountId: string): Promise<string>
  /** Whose session a token stands for; null where it ended or never began. */
  find(token: string): Promise<Account | null>
  end(token: string): Promise<void>
  /** Ends every session of an account, on every device. */
  endAll(accountId: string): Promise<void>
  /** Deletes what has expired; answers how many sessions that were. */
  purge(): Promise<number>
}

export function createSessions(repository: SessionsRepository, now: () => Date): Sessions {
  const limits = (): SessionLimits => ({
    createdAfter: new Date(now().getTime() - sessionLifetimeMs),
    seenAfter: new Date(now().getTime() - sessionIdleMs),
  })
  return {
    async start(accountId: string): Promise<string> {
      const token = randomToken()
      await repository.insert(hashOfToken(token), accountId, now())
      return token
    },

    async find(token: string): Promise<Account | null> {
      const tokenHash = hashOfToken(token)
      const session = await repository.find(tokenHash, limits())
      if (!session) return null
      if (now().getTime() - session.lastSeenAt.getTime() >= noteEveryMs) await repository.touch(tokenHash, now())
      return session.account
    },

    async end(token: string): Promise<void> {
      await repository.delete(hashOfToken(token))
    },

    async endAll(accountId: string): Promise<void> {
      await repository.deleteOfAccount(accountId)
    },

    async purge(): Promise<number> {
      return repository.deleteExpired(limits())
    },
  }
}
