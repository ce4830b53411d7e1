import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { serve } from '@movieverse/service/serve.ts'
import { buildSupergraph } from '../../supergraph/app.ts'
import { composeSupergraph } from '../../supergraph/composition/compose-supergraph.ts'
import { readSupergraphConfig } from '../../supergraph/config.ts'
import type { StartedFixture } from './contestants.ts'

/* The supergraph as in production, with the composed schema of the fixture subgraphs in place of the platform's. */

const { values } = parseArgs({ options: { subgraphs: { type: 'string' } } })
// Written by gateway.bench.ts.
const subgraphs = JSON.parse(readFileSync(values.subgraphs ?? '', 'utf8')) as StartedFixture[]
const config = readSupergraphConfig()
await serve(await buildSupergraph(config, composeSupergraph(subgraphs)), config)
