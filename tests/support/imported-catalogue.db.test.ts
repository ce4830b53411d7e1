import { describe, expect, test } from 'vitest'
import { dialects } from './databases.ts'
import { copyOfCatalogue, importedCatalogue } from './imported-catalogue.ts'

describe.each(dialects())('the imported catalogue on %s', (dialect) => {
  test('is one database for all tests, with copies for those that write', async () => {
    await using shared = await importedCatalogue(dialect)
    await using copy = await copyOfCatalogue(dialect)
    expect(copy.url).not.toBe(shared.url)
    expect(await titleCountOf(copy)).toBe(shared.titleCount)
    await copy.db('titles').delete()
    expect(await titleCountOf(copy)).toBe(0)
    expect(await titleCountOf(shared)).toBe(shared.titleCount)
  })
})

async function titleCountOf({ db }: Awaited<ReturnType<typeof importedCatalogue>>): Promise<number> {
  return Number((await db('titles').count('* as count').first())?.count)
}
