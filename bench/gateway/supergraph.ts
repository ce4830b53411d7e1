import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { serve } from '@movieverse/service/serve.ts'
import { buildSupergraph } from '../../supergraph/app.ts'
import { readSupergraphConfig } from '../../supergraph/config.ts'

/* The supergraph as in production, with the composed schema of the fixture subgraphs in place of the platform's. */

const { values } = parseArgs({ options: { supergraph: { type: 'string' }, api: { type: 'string' } } })
const config = readSupergraphConfig()
const app = await buildSupergraph(config, {
  supergraphSdl: readFileSync(values.supergraph ?? '', 'utf8'),
  apiSdl: readFileSync(values.api ?? '', 'utf8'),
})
await serve(app, config)
