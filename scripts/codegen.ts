import { readFile, writeFile, mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { codegen } from '@graphql-codegen/core'
import * as typescript from '@graphql-codegen/typescript'
import * as typescriptResolvers from '@graphql-codegen/typescript-resolvers'
import { parse } from 'graphql'
import { websiteFiles } from './codegen-website.ts'

const rows = '@movieverse/titles/rows.ts'
const shared = '@movieverse/movies-graphql'

/** What the resolvers of each SDL type get as their parent. */
const sharedMappers = {
  Movie: `${rows}#TitleRow`,
  Country: `${rows}#CountryRow`,
  Language: `${rows}#LanguageRow`,
  Genre: `${rows}#GenreRow`,
  Availability: `${rows}#AvailabilityRow`,
  Region: '@movieverse/regions/regions.ts#Region as RegionRow',
  MovieConnection: `${shared}/movie-connection.ts#MovieConnectionSource`,
  Facets: `${shared}/facets.ts#FacetsSource`,
  AvailabilityChange: `${rows}#AvailabilityChangeRow`,
}

const viewersRows = '@movieverse/viewers/rows.ts'
const change = '../mutations/change-source.ts'
const connection = '../feedback/feedback-connection.ts'

/** What the resolvers of the viewers' subgraph get. */
const viewersMappers = {
  Language: `${rows}#LanguageRow`,
  Genre: `${rows}#GenreRow`,
  Movie: '../movies/movie-source.ts#MovieSource',
  MovieViewer: '../movies/movie-source.ts#MovieViewerSource',
  Viewer: `${viewersRows}#ViewerRow`,
  Profile: `${viewersRows}#ViewerRow`,
  Rating: `${viewersRows}#RatingRow`,
  WatchlistEntry: `${viewersRows}#WatchlistRow`,
  HistoryEntry: `${viewersRows}#HistoryRow`,
  Progress: `${viewersRows}#HistoryRow`,
  HiddenTitle: `${viewersRows}#HiddenRow`,
  ...Object.fromEntries(
    ['Rating', 'Watchlist', 'History', 'HiddenTitle'].map((name) => [
      `${name}Connection`,
      `${connection}#${name}ConnectionSource`,
    ]),
  ),
  ...Object.fromEntries(
    ['UserError', 'NotFound', 'InvalidRating', 'InvalidProgress', 'InvalidProfile', 'KeyReused'].map((name) => [
      name,
      '@movieverse/viewers/user-errors.ts#UserError as UserErrorRow',
    ]),
  ),
  RateMoviePayload: `${change}#RateSource`,
  RemoveRatingPayload: `${change}#RemovedSource`,
  AddToWatchlistPayload: `${change}#WatchlistSource`,
  RemoveFromWatchlistPayload: `${change}#RemovedSource`,
  RecordProgressPayload: `${change}#HistorySource`,
  RemoveFromHistoryPayload: `${change}#RemovedSource`,
  HideMoviePayload: `${change}#HiddenSource`,
  UnhideMoviePayload: `${change}#RemovedSource`,
  UpdateProfilePayload: `${change}#ProfileSource`,
  EraseMePayload: `${change}#ErasedSource`,
}

/** What the resolvers of the recommendations' subgraph get. */
const recommendationsMappers = {
  Movie: '../movies/movie-source.ts#MovieSource',
  Viewer: `${viewersRows}#ViewerRow`,
  RecommendationConnection: '../lists/recommendation-page.ts#RecommendationPage',
  Recommendation: '../ranking/reasons.ts#Recommendation as RecommendationRow',
  RecommendationReason: '../ranking/scores.ts#Contribution',
  HomeRow: '../ranking/home.ts#HomeRow as HomeRowSource',
}

/** Type-only imports and string unions, since Node strips types; scalars as resolvers take and answer them. */
const typeConfig = {
  useTypeImports: true,
  enumsAsTypes: true,
  immutableTypes: true,
  namingConvention: 'keep',
  skipTypename: true,
  scalars: {
    RegionCode: 'string',
    CountryCode: 'string',
    LanguageCode: 'string',
    Date: 'string',
    DateTime: { input: 'string', output: 'Date' },
    BigInt: 'number',
    JSON: { input: 'never', output: 'object' },
  },
}

/** The subgraphs, the context of their resolvers, and the parents that only they have. */
const subgraphs = [
  {
    name: 'region',
    contextType: '../context.ts#RegionContext',
    mappers: {
      ...sharedMappers,
      RegionCatalogue: '../regions/region-catalogue.ts#RegionCatalogueSource',
      AvailabilityChangeConnection: '../changes/change-connection.ts#ChangeConnectionSource',
    },
  },
  {
    name: 'catalog',
    contextType: '../context.ts#CatalogContext',
    mappers: { ...sharedMappers, Person: `${rows}#PersonRow`, Credit: `${rows}#CreditRow` },
  },
  {
    name: 'recommendations',
    contextType: '../context.ts#RecommendationsContext',
    mappers: recommendationsMappers,
  },
  { name: 'viewers', contextType: '../context.ts#ViewersContext', mappers: viewersMappers },
] as const

type Subgraph = (typeof subgraphs)[number]

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })
const stale: string[] = []
const files = [...(await Promise.all(subgraphs.map(generate))), ...(await websiteFiles())]
for (const { path, text } of files) {
  if (text === (await readFile(path, 'utf8').catch(() => ''))) continue
  stale.push(path)
  if (!values.check) {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text)
  }
}
for (const path of stale) console.log(values.check ? `${path} is stale: run pnpm codegen` : `wrote ${path}`)
if (values.check && stale.length > 0) process.exitCode = 1

/** The resolver types of one subgraph, from its SDL, and where they belong. */
async function generate(subgraph: Subgraph): Promise<{ path: string; text: string }> {
  const folder = new URL(`../subgraphs/${subgraph.name}/`, import.meta.url)
  const path = fileURLToPath(new URL('generated/resolvers.ts', folder))
  const text = await codegen({
    filename: path,
    schema: parse(await readFile(new URL('schema.graphql', folder), 'utf8')),
    documents: [],
    config: {},
    pluginMap: { typescript, 'typescript-resolvers': typescriptResolvers },
    plugins: [
      { typescript: { ...typeConfig } },
      {
        'typescript-resolvers': {
          ...typeConfig,
          federation: true,
          contextType: subgraph.contextType,
          mappers: subgraph.mappers,
        },
      },
    ],
  })
  return { path, text: `// Generated by scripts/codegen.ts from schema.graphql: do not edit.\n${text}` }
}
