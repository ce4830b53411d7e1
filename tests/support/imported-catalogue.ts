import { existsSync, watch } from 'node:fs'
import { copyFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { imdbCsv } from '@movieverse/importer/layouts/imdb-csv/layout.ts'
import { runImport } from '@movieverse/importer/run-import.ts'
import { createDatabase } from '@movieverse/service/database.ts'
import type { Dialect } from '@movieverse/service/dialect.ts'
import { migrate } from '@movieverse/service/migrations.ts'
import type { Knex } from 'knex'
import { inject } from 'vitest'
import { createTestDatabase, type TestDatabase } from './databases.ts'
import { writeImdbCsv } from './imdb-csv-generator.ts'

/** The IMDb set, where this machine has it. */
export const realFolder = fileURLToPath(new URL('../../../shared/data/imdb', import.meta.url))
const generatedTitles = 2000

/** Whether this machine has the IMDb set. */
export function hasImdbData(): boolean {
  return existsSync(join(realFolder, 'movies.csv'))
}

/** A database with a whole catalogue in it. */
export interface Catalogue extends AsyncDisposable {
  readonly db: Knex
  readonly url: string
  readonly titleCount: number
  /** Whether it is the IMDb set of 7,997 titles, or 2,000 generated ones. */
  readonly isReal: boolean
}

/**
 * The catalogue that all tests of the run share: imported once per dialect, by the first test that asks. Only read it;
 * tests that write take copyOfCatalogue. Disposing of it closes the connection.
 */
export async function importedCatalogue(dialect: Dialect): Promise<Catalogue> {
  const template = await getTemplate(dialect)
  const db = createDatabase(template.url)
  return { ...template, db, [Symbol.asyncDispose]: () => db.destroy() }
}

/** The same catalogue in a database of its own, which disposing of it drops. */
export async function copyOfCatalogue(dialect: Dialect): Promise<Catalogue> {
  const template = await getTemplate(dialect)
  const copy = await createTestDatabase(dialect)
  if (dialect === 'sqlite') await copyFile(pathOf(template.url), pathOf(copy.url))
  else await copyTables(copy, new URL(template.url).pathname.slice(1))
  return { ...template, db: copy.db, url: copy.url, [Symbol.asyncDispose]: () => copy[Symbol.asyncDispose]() }
}

type Template = Pick<Catalogue, 'url' | 'titleCount' | 'isReal'>

/** Test files run side by side: whoever makes the lock folder imports, the others wait for the file that ends it. */
async function getTemplate(dialect: Dialect): Promise<Template> {
  const folder = inject('catalogueFolder')
  const done = join(folder, `${dialect}.json`)
  const isFirst = await mkdir(join(folder, `${dialect}.lock`)).then(
    () => true,
    () => false,
  )
  if (isFirst) {
    const outcome = await build(dialect, folder).catch((error: unknown) => ({ error: String(error) }))
    await writeFile(`${done}.part`, JSON.stringify(outcome))
    await rename(`${done}.part`, done)
  }
  await appears(done, folder)
  const outcome = JSON.parse(await readFile(done, 'utf8')) as Template | { error: string } // `as`: written above
  if ('error' in outcome) throw new Error(`the catalogue could not be imported: ${outcome.error}`)
  return outcome
}

async function build(dialect: Dialect, folder: string): Promise<Template> {
  const url = dialect === 'sqlite' ? `sqlite:${folder}/catalogue.sqlite` : await createMysqlDatabase()
  const isReal = hasImdbData()
  const source = isReal ? realFolder : join(folder, `${dialect}-source`)
  if (!isReal) await writeImdbCsv(source, generatedTitles)
  const db = createDatabase(url)
  try {
    await migrate(db)
    const { titles } = await runImport(db, imdbCsv, source)
    await db.raw(
      dialect === 'sqlite' ? 'vacuum' : 'analyze table titles, title_listings, search_terms, search_variants',
    )
    return { url, titleCount: titles.inserted, isReal }
  } finally {
    await db.destroy()
  }
}

/** Without a random name: the server is this run's own. */
async function createMysqlDatabase(): Promise<string> {
  const root = inject('mariadbUrl')
  if (!root) throw new Error('MariaDB is not running')
  const admin = createDatabase(`${root}mysql`)
  await admin.raw('create database catalogue')
  await admin.destroy()
  return `${root}catalogue`
}

async function copyTables({ db }: TestDatabase, from: string): Promise<void> {
  await migrate(db)
  const [tables] = await db.raw<[Array<{ name: string }>, unknown]>(
    "select table_name as name from information_schema.tables where table_schema = ? and table_name not like 'knex%'",
    [from],
  )
  await db.transaction(async (trx) => {
    await trx.raw('set foreign_key_checks = 0')
    for (const { name } of tables) await trx.raw('insert into ?? select * from ??.??', [name, from, name])
    await trx.raw('set foreign_key_checks = 1')
  })
}

async function appears(file: string, folder: string): Promise<void> {
  const watcher = watch(folder)
  try {
    while (!existsSync(file)) await once(watcher, 'change')
  } finally {
    watcher.close()
  }
}

function pathOf(url: string): string {
  return url.slice('sqlite:'.length)
}
