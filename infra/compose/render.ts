import { readFile, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { stringify } from 'yaml'
import { restricted, type ComposeService } from './compose-file.ts'
import { mysql } from './services/mysql.ts'
import { databaseJobs, ourServices } from './services/our-services.ts'
import { watching } from './services/watching.ts'

const heading = `# The whole platform on one machine. Written by \`pnpm compose:render\` from infra/workloads.ts, subgraphs/regions.json and
# infra/images.json. Do not edit. See README.md.
`
const file = new URL('compose.yaml', import.meta.url)

/** compose.yaml as text. */
export function renderCompose(): string {
  const services = { mysql, ...databaseJobs(), ...ourServices(), ...watching() }
  const volumes = ['mysql-data', 'prometheus-data', 'alertmanager-data', 'grafana-data']
  const content = {
    name: 'movieverse',
    // The second adds to the first.
    include: [{ path: ['kong/compose.yaml', 'kong/certificate.yaml'] }],
    services: Object.fromEntries(Object.entries(services).map(([name, service]) => [name, safely(service)])),
    networks: { database: { internal: true } },
    volumes: Object.fromEntries(volumes.map((name) => [name, {}])),
  }
  // YAML 1.1 quotes what older readers take for a switch.
  return heading + stringify(content, { version: '1.1', singleQuote: true, lineWidth: 0, aliasDuplicateObjects: false })
}

function safely({ image, ...service }: ComposeService): ComposeService {
  return { image, ...restricted, ...service }
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })
  const text = renderCompose()
  if (!values.check) await writeFile(file, text)
  else if (text !== (await readFile(file, 'utf8').catch(() => ''))) {
    console.log('infra/compose/compose.yaml is stale: run pnpm compose:render')
    process.exitCode = 1
  }
}
