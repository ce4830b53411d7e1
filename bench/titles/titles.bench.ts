import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDatabase } from '@movieverse/service/database.ts'
import { startMariaDb } from '../../tests/support/mariadb.ts'
import { generateCatalogue } from './dataset.ts'
import { timeOnBoth, timingTable } from './pages.ts'
import { documentedPairs, otherQueries } from './queries.ts'

const smallCount = 8_000
const largeCount = 200_000
const rounds = 40

/** Pages, filters, facets and searches at 8,000 and at 200,000 generated titles, on both dialects. */
export async function benchTitles(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'movieverse-bench-'))
  const server = await startMariaDb()
  const admin = createDatabase(`${server.url}mysql`)
  try {
    for (const name of ['small', 'large']) await admin.raw('create database ??', [name])
    const sections = [
      await sectionOf('SQLite', `sqlite:${folder}/small.sqlite`, `sqlite:${folder}/large.sqlite`),
      await sectionOf('MariaDB', `${server.url}small`, `${server.url}large`),
    ]
    return sections.join('\n\n')
  } finally {
    await admin.destroy()
    await server.stop()
    rmSync(folder, { recursive: true })
  }
}

async function sectionOf(name: string, smallUrl: string, largeUrl: string): Promise<string> {
  const small = createDatabase(smallUrl)
  const large = createDatabase(largeUrl)
  try {
    await generateCatalogue(small, smallCount)
    const started = performance.now()
    await generateCatalogue(large, largeCount)
    const seconds = Math.round((performance.now() - started) / 1000)
    const control = []
    const pairs = []
    const others = []
    for (const query of documentedPairs().slice(0, 2)) {
      control.push(await timeOnBoth({ ...query, name: `${query.name}, small against itself` }, small, small, rounds))
    }
    for (const query of documentedPairs()) pairs.push(await timeOnBoth(query, small, large, rounds))
    for (const query of otherQueries()) others.push(await timeOnBoth(query, small, large, rounds / 4))
    return [
      `### ${name}`,
      `Writing the ${largeCount.toLocaleString('en')} titles took ${seconds} s.`,
      `Control:\n\n${timingTable(control)}`,
      `Documented pairs, a page of 50 with countries and genres:\n\n${timingTable(pairs)}`,
      `Bounded by ceilings:\n\n${timingTable(others)}`,
    ].join('\n\n')
  } finally {
    await small.destroy()
    await large.destroy()
  }
}
