import { expect, test } from 'vitest'
import { currentCost, hashPassword, verifyPassword } from './password-hash.ts'

test('only the password itself is right, and its hash is never the same twice', async () => {
  const [first, second] = await Promise.all([
    hashPassword('correct horse battery'),
    hashPassword('correct horse battery'),
  ])
  expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/)
  expect(first).not.toBe(second)
  expect(await verifyPassword('correct horse battery', first)).toEqual({ isRight: true, isOutdated: false })
  expect(await verifyPassword('correct horse batterY', first)).toMatchObject({ isRight: false })
  expect(await verifyPassword('', first)).toMatchObject({ isRight: false })
})

test('the tag is the one of the reference implementation', async () => {
  // From phc-winner-argon2's own tests (src/test.c, argon2id, version 0x13).
  const stored = '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4'
  expect(await verifyPassword('password', stored)).toEqual({ isRight: true, isOutdated: true })
})

test('letters are the same however they are composed', async () => {
  const stored = await hashPassword('caf\u00e9 \ufb01lm f\u00fcr alle')
  expect(await verifyPassword('cafe\u0301 film fu\u0308r alle', stored)).toMatchObject({ isRight: true })
})

test('a hash of another cost still verifies and asks to be made anew', async () => {
  for (const change of [{ passes: 1 }, { memory: 8192 }, { parallelism: 2 }]) {
    const stored = await hashPassword('correct horse battery', { ...currentCost, ...change })
    expect(await verifyPassword('correct horse battery', stored)).toEqual({ isRight: true, isOutdated: true })
  }
})

test('without an account no password is right, at the cost of one that is', async () => {
  const stored = await hashPassword('correct horse battery')
  const time = async (hash: string | null): Promise<number> => {
    const times: number[] = []
    for (let round = 0; round < 7; round++) {
      const start = performance.now()
      await verifyPassword('correct horse battery', hash)
      times.push(performance.now() - start)
    }
    return Math.min(...times)
  }
  expect(await verifyPassword('correct horse battery', null)).toMatchObject({ isRight: false })
  const [known, unknown] = [await time(stored), await time(null)]
  expect(unknown / known).toBeGreaterThan(0.5)
  expect(unknown / known).toBeLessThan(2)
})

test('a stored text that is no hash is an error, not a wrong password', async () => {
  await expect(verifyPassword('x', 'plain text')).rejects.toThrow('not one of argon2id')
})
