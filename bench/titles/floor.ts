import { createServer } from 'node:http'
import { parseArgs } from 'node:util'
import { createPool, type RowDataPacket } from 'mysql2/promise'

/*
 * The floor under a page of 50 with countries and genres: the three statements through mysql2, one JSON.stringify and
 * a bare HTTP server. What stands above it is what GraphQL, Fastify and our own code cost.
 */
const { values } = parseArgs({
  options: { database: { type: 'string' }, port: { type: 'string' }, region: { type: 'string' } },
})
const url = new URL(values.database ?? '')
const pool = createPool({
  host: url.hostname,
  port: Number(url.port),
  user: url.username,
  database: url.pathname.slice(1),
  dateStrings: true,
  decimalNumbers: true,
  connectionLimit: 8,
})

const page = `select t.id, t.imdb_id, t.title, t.release_year, t.average_rating, t.votes
  from title_listings l straight_join titles t on t.id = l.title_id
  where l.scope = ? and l.listed_from <= ? and l.listed_until > ? order by l.title_key limit 51`
const countries = `select tc.title_id, c.code, c.name from title_countries tc
  straight_join countries c on c.code = tc.country_code where tc.title_id in (?) order by tc.title_id, tc.position`
const genres = `select tg.title_id, g.code, g.name from title_genres tg
  straight_join genres g on g.code = tg.genre_code where tg.title_id in (?) order by tg.title_id, tg.position`

async function listPage(): Promise<unknown> {
  const now = new Date().toISOString().replace('T', ' ').replace('Z', '')
  const [titles] = await pool.query<RowDataPacket[]>(page, [`region:${values.region}`, now, now])
  const ids = titles.map(({ id }) => Number(id))
  const [[countryRows], [genreRows]] = await Promise.all([
    pool.query<RowDataPacket[]>(countries, [ids]),
    pool.query<RowDataPacket[]>(genres, [ids]),
  ])
  const countriesOf = Map.groupBy(countryRows, ({ title_id }) => title_id)
  const genresOf = Map.groupBy(genreRows, ({ title_id }) => title_id)
  return titles.map((title) => ({ ...title, countries: countriesOf.get(title.id), genres: genresOf.get(title.id) }))
}

createServer((_request, response) => {
  listPage().then(
    (data) => response.setHeader('content-type', 'application/json').end(JSON.stringify({ data })),
    (error: unknown) => response.writeHead(500).end(String(error)),
  )
}).listen(Number(values.port), '127.0.0.1')
