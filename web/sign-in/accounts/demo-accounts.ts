import type { Knex } from 'knex'
import type { Account } from './account.ts'
import { createAccountsRepository } from './accounts.repository.ts'
import { hashPassword } from './password-hash.ts'

/** Accounts for development, one in each of the first regions; the viewers' demo data belongs to these ids. */
export const demoAccounts: readonly Account[] = [
  { id: 'demo-asha', email: 'asha@example.com', name: 'Asha' },
  { id: 'demo-ben', email: 'ben@example.com', name: 'Ben' },
  { id: 'demo-chloe', email: 'chloe@example.com', name: 'Chloe' },
]

/** The password of every demo account. */
export const demoPassword = 'development-password'

/** Makes the demo accounts that are missing; answers how many. Never to be called in production. */
export async function createDemoAccounts(db: Knex): Promise<number> {
  const repository = createAccountsRepository(db)
  let made = 0
  for (const account of demoAccounts) {
    if (await repository.findById(account.id)) continue
    const isNew = await repository.insert({ ...account, passwordHash: await hashPassword(demoPassword) }, new Date())
    if (isNew) made++
  }
  return made
}
