import { randomBytes } from 'node:crypto'
import type { Account } from './account.ts'
import type { AccountsRepository, StoredAccount } from './accounts.repository.ts'
import { hashPassword, verifyPassword } from './password-hash.ts'

export interface NewAccount {
  /** Normalised. */
  readonly email: string
  readonly name: string
  readonly password: string
}

/** Sign-up, passwords and erasure. Answers and their times do not tell whether an address has an account. */
export interface Accounts {
  /** Makes an account, or quietly nothing where the address has one. */
  signUp(account: NewAccount): Promise<void>
  /** The account that has this address and this password, or null; a hash of an older cost is made anew. */
  findByPassword(email: string, password: string): Promise<Account | null>
  /**
   * Gives an account a new password. Answers false, and changes nothing, where the current one is wrong or was changed
   * by somebody else in the meantime.
   */
  changePassword(id: string, current: string, next: string): Promise<boolean>
  /** Deletes an account with its sessions and consents; nothing where there is none. */
  erase(id: string): Promise<void>
}

export function createAccounts(repository: AccountsRepository, now: () => Date): Accounts {
  return {
    async signUp({ email, name, password }: NewAccount): Promise<void> {
      const passwordHash = await hashPassword(password)
      await repository.insert({ id: newAccountId(), email, name, passwordHash }, now())
    },

    async findByPassword(email: string, password: string): Promise<Account | null> {
      return verified(await repository.findByEmail(email), password)
    },

    async changePassword(id: string, current: string, next: string): Promise<boolean> {
      const stored = await repository.findById(id)
      const { isRight } = await verifyPassword(current, stored?.passwordHash ?? null)
      if (!stored || !isRight) return false
      return repository.replacePasswordHash(id, stored.passwordHash, await hashPassword(next), now())
    },

    async erase(id: string): Promise<void> {
      await repository.delete(id)
    },
  }

  async function verified(stored: StoredAccount | null, password: string): Promise<Account | null> {
    const { isRight, isOutdated } = await verifyPassword(password, stored?.passwordHash ?? null)
    if (!stored || !isRight) return null
    const { id, email, name, passwordHash } = stored
    if (isOutdated) await repository.replacePasswordHash(id, passwordHash, await hashPassword(password), now())
    return { id, email, name }
  }
}

/** 130 random bits as 26 letters and digits: nobody can guess another's, or tell when it was made. */
function newAccountId(): string {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'
  return Array.from(randomBytes(26), (byte) => alphabet[byte % 32]).join('')
}
