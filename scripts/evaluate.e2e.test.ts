import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { drawInteractions } from '../subgraphs/recommendations/testing/drawn-interactions.ts'
import { encountersOf } from '../subgraphs/recommendations/model/interactions.ts'
import { runCommand } from '../tests/support/command.ts'

describe('pnpm evaluate', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'movieverse-evaluate-'))
    const ratings = drawInteractions(60, 40)
    const lines = Array.from({ length: ratings.userCount }, (_, user) =>
      encountersOf(ratings, user).map(({ item, value, time }) => `${user + 1}\t${item + 1}\t${value}\t${time}\n`),
    )
    await writeFile(join(folder, 'u.data'), lines.flat().join(''))
  })
  afterAll(() => rm(folder, { recursive: true }))

  async function evaluate(...args: string[]): Promise<{ code: number | null; output: string }> {
    await using command = runCommand(['scripts/evaluate.ts', ...args])
    return { code: await command.ended, output: command.output() }
  }

  test('prints a table for each protocol and writes the figures and a chart', async () => {
    const out = join(folder, 'out')
    const { code, output } = await evaluate(folder, '--seeds', '2', '--out', out)
    expect(code).toBe(0)
    expect(output).toMatch(/^u\.data: \d+ ratings of 40 titles by 60 users$/m)
    const protocols = ['75/25 stratified by user', 'leave one out', 'temporal']
    for (const protocol of protocols) expect(output).toContain(`\n## ${protocol}\n`)
    for (const slice of ['cold viewers', 'region (30 %', 'chosen by validation']) {
      expect(output.split(`\n${slice}`)).toHaveLength(protocols.length + 1)
    }
    const columns = ['nDCG@10', 'Recall@10', 'Precision@10', 'coverage@10', 'popularity bias']
    for (const column of columns) expect(output).toContain(column)
    for (const model of ['popularity', 'item-kNN', 'RP3beta', 'EASE', 'MovieVerse', 'MovieVerse, as served']) {
      expect(output).toMatch(new RegExp(`^\\| ${model} +\\| +0\\.\\d{4} \\|`, 'm'))
    }
    // `as`: what the command writes.
    const { reports } = JSON.parse(await readFile(join(out, 'evaluation.json'), 'utf8')) as {
      reports: Array<{ protocol: string; seeds: number[] }>
    }
    expect(reports.map(({ protocol, seeds }) => [protocol, seeds.length])).toEqual([
      ['75/25 stratified by user', 2],
      ['leave one out', 1],
      ['temporal', 1],
    ])
    const chart = await readFile(join(out, 'evaluation.svg'), 'utf8')
    for (const protocol of protocols) expect(chart).toContain(`${protocol}: nDCG@10`)
  })

  test.each([
    [['nowhere'], 1, /nowhere cannot be read/],
    [[], 2, /use: pnpm evaluate <folder>/],
    [['.', '--seeds', '0'], 2, /use: pnpm evaluate <folder>/],
    [['.'], 1, /holds none of u\.data/],
  ])('%j is refused with the exit code %i, and nothing is written', async (args, expected, says) => {
    const out = join(folder, 'none')
    const { code, output } = await evaluate(...args, '--out', out)
    expect([code, output]).toEqual([expected, expect.stringMatching(says)])
    expect(await readdir(folder)).not.toContain('none')
  })
})
