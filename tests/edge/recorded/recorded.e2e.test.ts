import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { choosePorts, readCases, startFixture, type Fixture } from './fixture.ts'
import { playCase, startVariables, type Variables } from './replay.ts'

// What a real Kong 3.9 answered for kong.yml, case by case (README.md). Limits per minute wait for a fresh minute.
const timeout = 150_000
const ports = await choosePorts()
const cases = readCases(ports)

describe.each([
  ['an edge that trusts its client', true],
  ['an edge that trusts nobody', false],
])('%s answers as Kong did', (_name, trusts) => {
  let edge: Fixture
  let variables: Variables
  beforeAll(async () => {
    edge = await startFixture(ports, trusts)
    variables = startVariables(edge)
  })
  afterAll(() => edge[Symbol.asyncDispose]())

  // Without trust only what depends on it is played again.
  const played = cases.filter(({ trusted }) => (trusts ? trusted !== false : trusted === false))
  test.each(played.map((recorded) => [recorded.id, recorded.title, recorded] as const))(
    '%s: %s',
    async (_id, _title, recorded) => {
      expect(await playCase(recorded, edge, variables)).toEqual([])
    },
    timeout,
  )
})
